@ZT-07 @major
Feature: What is told to the pharmacy stays with those who care
  Somebody keeps the computers running, somebody writes the software, somebody packs the parcels. None of them needs to
  know who asked about what, and none of them is licensed to answer.
  For patients and pharmacists; guideline for the safety management of medical information systems (rights by role).

  Background:
    Given the patient Sato Hanako has asked "May I take this while breast-feeding?"

  Rule: Whoever runs or writes the system does not read consultations

    Scenario Outline: Whoever keeps the system running sees neither a consultation nor who is waiting
      When <somebody> opens the patient Sato Hanako's consultation
      Then <somebody> is refused because their role does not allow it
      When <somebody> tries to enter the console
      Then <somebody> is refused because their role does not allow it
      And the auditor Watanabe finds no view by <somebody> for the patient Sato Hanako in the audit trail
      And the auditor Watanabe finds no viewing of the queue by <somebody> in the audit trail

      Examples:
        | somebody                  |
        | the IT administrator Kato |
        | the developer Matsumoto   |

    Scenario: A pharmacist, who has to answer, sees both
      When the pharmacist Suzuki tries to enter the console
      Then the pharmacist Suzuki is not refused
      When the pharmacist Suzuki opens the patient Sato Hanako's consultation
      Then the pharmacist Suzuki sees the patient Sato Hanako's consultation in this order
        | kind    | text                                  |
        | patient | May I take this while breast-feeding? |
      And the auditor Watanabe finds a viewing of the queue by the pharmacist Suzuki in the audit trail

    @api
    Scenario Outline: The audit trail, which names patients, is closed to whoever keeps the system running
      Doors: there is no page of the audit trail; it is read by auditors' own tools.

      When <somebody> looks into the audit trail of the patient Sato Hanako's consultation
      Then <somebody> is refused because their role does not allow it
      And the auditor Watanabe finds no reading of the trail by <somebody> in the audit trail

      Examples:
        | somebody                  |
        | the IT administrator Kato |
        | the developer Matsumoto   |

  Rule: Only a pharmacist approves what a patient is told

    Background:
      Given the AI suggests "Please tell me which medicine you mean"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation

    Scenario: A clerk cannot approve a draft, and the pharmacist who asked for it can
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      And the clerk Ito tries to approve the AI draft for the patient Sato Hanako that the pharmacist Suzuki has asked for
      Then the clerk Ito is refused because their role does not allow it
      And the auditor Watanabe finds no draft approved by the clerk Ito for the patient Sato Hanako in the audit trail
      When the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki sends the AI draft for the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "Please tell me which medicine you mean" from the pharmacist Suzuki

  Rule: No patient gets into the console

    Scenario: A patient who knows the console's address does not get in
      When the patient Sato Hanako tries to enter the console
      Then the patient Sato Hanako is refused because their role does not allow it
      And the auditor Watanabe finds no viewing of the queue by the patient Sato Hanako in the audit trail
      When the pharmacist Suzuki tries to enter the console
      Then the auditor Watanabe finds a viewing of the queue by the pharmacist Suzuki in the audit trail
