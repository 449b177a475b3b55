@AI-05 @critical
Feature: The safety check of a pharmacist's own words
  A correction is written in a hurry and about a mistake: the worst moment to overlook an allergy. It is the pharmacist's
  to answer for, so the check does not stop it; it asks whether they have seen what it found.
  For patients with an allergy and for whoever corrects; proposal, after Biro 2025.

  Background:
    Given the patient Sato Hanako has asked "My throat is sore again"
    And the patient Sato Hanako's chart reads
      | allergies  | medicines | pregnancy |
      | ペニシリン | none      | no        |
    And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation

  Rule: What a pharmacist writes against the chart goes out only after they have seen the warning

    Scenario: A correction that names a drug the patient is allergic to goes out once its warning was acknowledged
      When the pharmacist Suzuki replies "Please rest" to the patient Sato Hanako
      And the pharmacist Suzuki corrects "Please rest" to "Please rest, and take no amoxicillin any more" in the patient Sato Hanako's consultation
      Then the pharmacist Suzuki is refused because they have not acknowledged the warnings
      And the patient Sato Hanako receives the reply "Please rest" from the pharmacist Suzuki
      When the pharmacist Suzuki acknowledges the warnings about the text for the patient Sato Hanako and sends it
      Then the patient Sato Hanako sees "Please rest" marked as corrected
      And the auditor Watanabe finds in the audit trail that the pharmacist Suzuki acknowledged the warning about an allergy before writing to the patient Sato Hanako
