@PC-04 @critical
Feature: When the pharmacist in charge is gone
  A consultation that somebody took on is nobody else's business, until that somebody is not there any more. People go
  home, computers die, and a patient goes on waiting behind a name. So what was taken on returns to the queue, and the
  patient stands where they always stood: the wait counts from their first unanswered message.
  For patients, and pharmacists who work from home; proposal.

  Background:
    Given the patient Sato Hanako has asked "May I stop taking it?"
    And the patient Tanaka Ichiro has asked "How should I store it?"
    And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation

  Rule: What the pharmacist was in charge of returns to the queue with its original waiting time

    Scenario: A pharmacist signs out, and the patient stands in the queue where they stood
      When 30 minutes pass
      And the pharmacist Suzuki signs out
      Then the pharmacist Takahashi sees that nobody is in charge of the patient Sato Hanako
      And the pharmacist Takahashi's queue is in this order
        | patient                   | urgency |
        | the patient Sato Hanako   | green   |
        | the patient Tanaka Ichiro | green   |
      And the patient Sato Hanako has been waiting for 30 minutes in the pharmacist Takahashi's queue
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                   | event               |
        | the pharmacist Suzuki | taking on           |
        | the pharmacist Suzuki | return to the queue |

    Scenario: A shift ends, and the patient stands in the queue where they stood
      When 45 minutes pass
      And the pharmacist Suzuki ends the shift
      Then the pharmacist Takahashi sees that nobody is in charge of the patient Sato Hanako
      And the patient Sato Hanako has been waiting for 45 minutes in the pharmacist Takahashi's queue
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                   | event               |
        | the pharmacist Suzuki | taking on           |
        | the pharmacist Suzuki | return to the queue |

    Scenario: A pharmacist's computer dies, and the patient is back in the queue within minutes
      When the pharmacist Suzuki's computer dies at the patient Sato Hanako's consultation
      And 6 minutes pass
      Then the pharmacist Takahashi sees that nobody is in charge of the patient Sato Hanako
      And the patient Sato Hanako has been waiting for 6 minutes in the pharmacist Takahashi's queue
      And the pharmacist Takahashi's queue is in this order
        | patient                   | urgency |
        | the patient Sato Hanako   | green   |
        | the patient Tanaka Ichiro | green   |

    Scenario: A pharmacist does not come back after an outage, and the patient is back in the queue
      When the pharmacist Suzuki's computer dies at the patient Sato Hanako's consultation
      And the pharmacy's service crashes and comes back
      And 6 minutes pass
      Then the pharmacist Takahashi sees that nobody is in charge of the patient Sato Hanako
      And the patient Sato Hanako has been waiting for 6 minutes in the pharmacist Takahashi's queue

    Scenario: A colleague answers what was returned
      When the pharmacist Suzuki signs out
      And the pharmacist Takahashi takes on the patient Sato Hanako's consultation
      And the pharmacist Takahashi replies "Please go on for two weeks" to the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "Please go on for two weeks" from the pharmacist Takahashi

  Rule: A pharmacist who is still there keeps what they took on

    Scenario: A pharmacist who goes on working loses nobody, however long it takes
      Given the pharmacist Takahashi is in charge of the patient Tanaka Ichiro's consultation
      When the pharmacist Takahashi's computer dies at the patient Tanaka Ichiro's consultation
      And the pharmacist Suzuki has the console open at the patient Sato Hanako's consultation
      And 4 minutes pass
      And the pharmacist Suzuki has the console open at the patient Sato Hanako's consultation
      And 4 minutes pass
      Then the supervising pharmacist Kobayashi sees that nobody is in charge of the patient Tanaka Ichiro
      And the supervising pharmacist Kobayashi sees that the pharmacist Suzuki is in charge of the patient Sato Hanako

    Scenario: A colleague's sign-out takes no patient from the pharmacist who stays
      Given the pharmacist Takahashi is in charge of the patient Tanaka Ichiro's consultation
      When the pharmacist Takahashi signs out
      Then the supervising pharmacist Kobayashi sees that nobody is in charge of the patient Tanaka Ichiro
      And the supervising pharmacist Kobayashi sees that the pharmacist Suzuki is in charge of the patient Sato Hanako
