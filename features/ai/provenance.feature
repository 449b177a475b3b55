@AI-09 @major
Feature: Where a reply came from
  When a patient was told something wrong, one must be able to say whether the model wrote it or the pharmacist, by which
  version of which rules, how much was changed, and how long anybody looked. Without it nobody learns from mistakes.
  For patients and for who answers for the AI; HAIP guideline on generative AI in health care, measured edits (Groningen).

  Background:
    Given the patient Sato Hanako has asked "Can I drink alcohol with it?"
    And the AI suggests "No wine with it, please"
    And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation

  Rule: Of every reply the record says whether the AI drafted it, by which versions, what was changed, who approved it and how long they had it

    Scenario: A draft sent as the AI wrote it is on record as unchanged
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      And 3 minutes pass
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki sends the AI draft for the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "No wine with it, please" from the pharmacist Suzuki
      And the auditor Watanabe finds in the audit trail how the drafts that were sent to the patient Sato Hanako came about
        | approver              | characters changed | minutes from showing to sending |
        | the pharmacist Suzuki | 0                  | 3                               |
      And the auditor Watanabe finds in the audit trail each draft sent to the patient Sato Hanako, and the versions of model, prompt, rules and drug master

    Scenario: A draft that the pharmacist changed is on record with how much they changed
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      And 5 minutes pass
      And the pharmacist Suzuki rewrites the AI draft for the patient Sato Hanako as "No beer with it, please"
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki sends the AI draft for the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "No beer with it, please" from the pharmacist Suzuki
      And the auditor Watanabe finds in the audit trail how the drafts that were sent to the patient Sato Hanako came about
        | approver              | characters changed | minutes from showing to sending |
        | the pharmacist Suzuki | 4                  | 5                               |
      And the auditor Watanabe finds in the audit trail each draft sent to the patient Sato Hanako, and the versions of model, prompt, rules and drug master

    Scenario: A reply in the pharmacist's own words is on record as no draft
      When the pharmacist Suzuki replies "Better not" to the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "Better not" from the pharmacist Suzuki
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                   | event      |
        | the pharmacist Suzuki | reply sent |
      And the auditor Watanabe finds no draft approved by the pharmacist Suzuki for the patient Sato Hanako in the audit trail
