@RL-05 @major
Feature: Going back to the version before
  A new version that misbehaves is taken back within minutes. By then patients have written to it and pharmacists have
  answered, perhaps in ways that the version before has never heard of. All of it stays readable, the record stays whole,
  and the conversation goes on. (The next version of these scenarios has a column and a table more, and keeps replies
  that begin with "(voice)" as of a kind of its own.)
  For patients and pharmacists; proposal.

  Rule: What the newer version wrote stays readable in the version before

    Scenario: After going back, what was written meanwhile is read, and the conversation goes on
      Given the patient Sato Hanako has asked "May I drink milk with it?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the next version is deployed with a migration of the database
      And the patient Sato Hanako sends "And with coffee?"
      And the pharmacist Suzuki replies "(voice) Water is best" to the patient Sato Hanako
      And the next version is rolled back
      And the patient Sato Hanako sends "Thank you"
      And the pharmacist Suzuki opens the patient Sato Hanako's consultation
      And the pharmacist Suzuki replies "You are welcome" to the patient Sato Hanako
      Then the patient Sato Hanako sees the patient Sato Hanako's consultation in this order
        | kind                              | text                      |
        | patient                           | May I drink milk with it? |
        | patient                           | And with coffee?          |
        | of a kind unknown to this version | (voice) Water is best     |
        | patient                           | Thank you                 |
        | reply                             | You are welcome           |
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                     | event                         |
        | the patient Sato Hanako | message received              |
        | the pharmacist Suzuki   | event unknown to this version |
        | the patient Sato Hanako | message received              |
        | the pharmacist Suzuki   | reply sent                    |
      When the auditor Watanabe has the chain of the audit trail checked
      Then the auditor Watanabe is told that the chain of the audit trail is whole
