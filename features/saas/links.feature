@SG-02 @major
Feature: What a link in a notification opens
  A call leads to the case with one touch, and it lies in somebody else's chat service: forwarded, searched, previewed by
  robots. The link alone must open nothing.
  For patients; proposal, after the promise that SaaS is governed like the service itself.

  Rule: A link in a notification opens for a signed-in pharmacist at a compliant device only, and shows nothing to a preview

    Scenario: The link opens the case for a signed-in pharmacist, and a preview of it shows nothing
      When the patient Sato Hanako sends "I am vomiting blood"
      And the patient Tanaka Ichiro sends "My chest hurts badly"
      And the pharmacist Suzuki follows the link in the call about the patient Sato Hanako
      Then the pharmacist Suzuki is not refused
      And a preview of the link in the call about the patient Sato Hanako is no other than the patient Tanaka Ichiro's, whoever fetches it
      And the call about the patient Sato Hanako asks not to unfold its link
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                     | event            |
        | the patient Sato Hanako | message received |
        | the pharmacist Suzuki   | opening          |

    Scenario: At a device that is not compliant the link opens nothing
      Given the pharmacist Takahashi uses a device that is not compliant
      When the patient Sato Hanako sends "I am vomiting blood"
      And the pharmacist Takahashi follows the link in the call about the patient Sato Hanako
      Then the pharmacist Takahashi is refused because their device is not known to be compliant
      And the auditor Watanabe finds no view by the pharmacist Takahashi for the patient Sato Hanako in the audit trail
