@TR-04 @critical
Feature: Patients in a crisis
  Somebody who writes that they want to die, or that they swallowed the whole box, needs a number to call now and a
  person, not a machine's wording. Drafting is switched off for that consultation; pharmacists are not.
  For patients; the gatekeeper manual of the Ministry of Health, Labour and Welfare for pharmacists.

  Rule: Thoughts of suicide and an overdose get crisis contacts at once and a person, and no draft by the AI

    Scenario Outline: Whoever wants to die or took too much is shown crisis contacts at once, and a pharmacist is called
      When the patient Sato Hanako sends "<words>"
      Then the patient Sato Hanako receives the crisis contacts within 5 seconds
      And the on-call pharmacist is called about the patient Sato Hanako within 30 seconds

      Examples:
        | words                             |
        | I want to die                     |
        | もう死にたいです                  |
        | 薬を全部飲んでしまいました        |
        | I took the whole bottle last night |

    Scenario: The AI drafts nothing for a patient in a crisis
      Given the patient Sato Hanako has asked "消えてしまいたい"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      Then the pharmacist Suzuki is refused because AI drafts are off for this consultation
      And the AI has been told nothing about the patient Sato Hanako

    Scenario: A pharmacist answers a patient in a crisis in person
      Given the patient Sato Hanako has asked "消えてしまいたい"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki replies "I am here. May I phone you now?" to the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "I am here. May I phone you now?" from the pharmacist Suzuki

    Scenario: A patient who is only tired of a cold gets no crisis contacts
      When the patient Sato Hanako sends "I am tired of this cold"
      Then the pharmacist Suzuki has the patient Sato Hanako's "I am tired of this cold" exactly once
      And the patient Sato Hanako has not received the crisis contacts
