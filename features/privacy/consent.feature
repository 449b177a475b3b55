@PV-01 @major
Feature: Consent to the AI
  Drafts by an AI mean that what a patient wrote goes to a company abroad. That is for the patient to decide, knowing
  what for and who gets it; and whoever changes their mind must be obeyed at once, without losing the pharmacist.
  For patients; Act on the Protection of Personal Information, articles 27 and 28 (own knowledge).

  Rule: The AI hears of a patient only with a consent that is on record by version, and a withdrawal stops it at once

    Scenario: After a withdrawal the AI hears nothing and its draft is void, and the pharmacist answers all the same
      Given the patient Sato Hanako has asked "Can I stop the tablets on Sundays?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      And the AI suggests "Please take them every day"
      When the patient Sato Hanako withdraws the consent to drafts by an AI
      And the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      Then the pharmacist Suzuki is refused because AI drafts are off for this consultation
      And the AI has been told nothing about the patient Sato Hanako
      When the patient Sato Hanako agrees to drafts by an AI
      And the pharmacist Suzuki opens the patient Sato Hanako's consultation
      And the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      Then the AI has been asked about the patient Sato Hanako exactly once
      When the patient Sato Hanako withdraws the consent to drafts by an AI
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      Then the pharmacist Suzuki is refused because AI drafts are off for this consultation
      When the pharmacist Suzuki replies "Please do not stop before you have asked your doctor" to the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "Please do not stop before you have asked your doctor" from the pharmacist Suzuki
      And the auditor Watanabe finds what the patient Sato Hanako decided on drafts by an AI in the audit trail, with the version of the wording
        | decision  |
        | given     |
        | withdrawn |
        | given     |
        | withdrawn |
