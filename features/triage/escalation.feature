@TR-05 @critical
Feature: A call about an emergency goes on until somebody answers
  The phone of whoever is on call may be dead, or they asleep. Then the next one is called, then the supervisor, again and
  again: no emergency is left with a call that nobody heard, and everybody at the desk can see how far the calls have come.
  For patients with a red flag and those on duty; proposal (3 minutes to acknowledge, 10 to act).

  Rule: Until somebody acknowledges the call, the next in line is called, and it never ends in silence

    Background:
      Given the patient Sato Hanako has asked "My chest hurts"

    Scenario: The next pharmacist is called, then the supervisor
      When 3 minutes pass
      Then the next on-call pharmacist has been called about the patient Sato Hanako once
      When 3 minutes pass
      Then the supervisor on duty has been called about the patient Sato Hanako once
      And the pharmacist Suzuki sees these calls about the patient Sato Hanako, in this order
        | called                      |
        | the on-call pharmacist      |
        | the next on-call pharmacist |
        | the supervisor on duty      |
      And the patient Sato Hanako is marked as being called about in the clerk Ito's queue
      And the call to the on-call pharmacist says nothing personal about the patient Sato Hanako

    Scenario: Where nobody answers, the supervisor is called again and again
      When 3 minutes pass
      Then the next on-call pharmacist has been called about the patient Sato Hanako once
      When 3 minutes pass
      Then the supervisor on duty has been called about the patient Sato Hanako once
      When 3 minutes pass
      Then the supervisor on duty has been called about the patient Sato Hanako twice
      When 3 minutes pass
      Then the supervisor on duty has been called about the patient Sato Hanako three times

    Scenario: Nobody is called before the time is over
      When 2 minutes pass
      And the patient Tanaka Ichiro sends "I cannot breathe"
      And 2 minutes pass
      Then the next on-call pharmacist has been called about the patient Sato Hanako once
      When the patient Nakamura Ken sends "I am coughing up blood"
      Then the on-call pharmacist is called about the patient Nakamura Ken within 30 seconds
      And the next on-call pharmacist has not been called about the patient Tanaka Ichiro

    Scenario: An outage does not end the calls
      When the pharmacy's service crashes and comes back
      And 3 minutes pass
      Then the next on-call pharmacist has been called about the patient Sato Hanako once

  Rule: Once somebody has acknowledged, the calls stop for as long as they need to act

    Background:
      Given the patient Sato Hanako has asked "My chest hurts"
      And the patient Tanaka Ichiro has asked "I cannot breathe"

    Scenario Outline: Whoever acknowledges the call stops it, and the record says who
      When <somebody> acknowledges the call about the patient Sato Hanako
      And 3 minutes pass
      Then the next on-call pharmacist has been called about the patient Tanaka Ichiro once
      And the next on-call pharmacist has not been called about the patient Sato Hanako
      And the patient Sato Hanako is not marked as being called about in the pharmacist Takahashi's queue
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                     | event             |
        | the patient Sato Hanako | red flag raised   |
        | <somebody>              | call acknowledged |

      Examples:
        | somebody                             |
        | the pharmacist Suzuki                |
        | the supervising pharmacist Kobayashi |

    Scenario: Taking on the consultation acknowledges the call
      When the pharmacist Suzuki takes on the patient Sato Hanako's consultation
      And 3 minutes pass
      Then the next on-call pharmacist has been called about the patient Tanaka Ichiro once
      And the next on-call pharmacist has not been called about the patient Sato Hanako

    Scenario: A call that was acknowledged and not acted on goes on to the next
      When the pharmacist Suzuki acknowledges the call about the patient Sato Hanako
      And 10 minutes pass
      Then the next on-call pharmacist has been called about the patient Sato Hanako once

    Scenario: Once the patient is answered nobody is called any more
      Given the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki replies "Please call 119 now" to the patient Sato Hanako
      And the pharmacist Suzuki gives up the patient Sato Hanako's consultation
      And 11 minutes pass
      Then the next on-call pharmacist has been called about the patient Tanaka Ichiro once
      When the patient Nakamura Ken sends "I am coughing up blood"
      Then the on-call pharmacist is called about the patient Nakamura Ken within 30 seconds
      And the next on-call pharmacist has not been called about the patient Sato Hanako

    Scenario Outline: Staff who cannot act cannot stop the calls
      When <somebody> acknowledges the call about the patient Sato Hanako
      Then <somebody> is refused because their role does not allow it
      When 3 minutes pass
      Then the next on-call pharmacist has been called about the patient Sato Hanako once

      Examples:
        | somebody                 |
        | the clerk Ito            |
        | the IT administrator Kato |

    Scenario: A call that a colleague has answered cannot be acknowledged again
      Given the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Takahashi acknowledges the call about the patient Sato Hanako
      Then the pharmacist Takahashi is refused because no call is waiting for an answer
      And the auditor Watanabe finds no call acknowledged by the pharmacist Takahashi for the patient Sato Hanako in the audit trail
