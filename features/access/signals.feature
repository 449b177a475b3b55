@ZT-05 @major
Feature: Access that ends while somebody is signed in
  A sign-in lasts for hours; a laptop is stolen in a minute. Whoever manages accounts and devices knows first, and says
  so: the pharmacy hears it and lets go at once, also of a page that is open at that moment.
  For patients; continuous access evaluation of Microsoft Entra, Shared Signals Framework; 60 seconds are a proposal.

  Background:
    Given the patient Sato Hanako has asked "May I take this with coffee?"

  Rule: Within 60 seconds of the identity provider's word, everything that the person has open is cut

    Scenario Outline: What a pharmacist has open closes once <what happened>, and a colleague's stays open
      When the pharmacist Suzuki follows the patient Sato Hanako's consultation
      And the pharmacist Takahashi follows the patient Sato Hanako's consultation
      And the identity provider tells of the pharmacist Suzuki that <what happened>
      Then within 60 seconds what the pharmacist Suzuki follows is cut
      And the pharmacist Suzuki's screen shows nothing because <reason>
      And the pharmacist Takahashi goes on following
      And the pharmacist Takahashi's screen is open
      And the auditor Watanabe finds the signal about the pharmacist Suzuki that <what happened> in the audit trail

      Examples:
        | what happened                          | reason                                    |
        | their account is disabled              | their sign-in is not accepted             |
        | their sessions are revoked             | their sign-in is not accepted             |
        | their device is not compliant any more | their device is not known to be compliant |

  Rule: Only the identity provider is believed

    Scenario: A signal that somebody else has signed changes nothing
      When the pharmacist Suzuki follows the patient Sato Hanako's consultation
      And somebody who is not the identity provider tells of the pharmacist Suzuki that their account is disabled
      Then the pharmacist Suzuki goes on following
      And the pharmacist Suzuki's screen is open
