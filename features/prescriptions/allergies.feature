@RX-02 @critical
Feature: Allergies against what is prescribed
  A patient says "penicillin", the prescription says "Sawacillin". What the same family of drugs does to a patient does
  not depend on the name on the box, and what was safe in the morning is not once the patient remembers the rash.
  For patients; proposal, classes as in the drug master.

  Rule: Allergies are checked by ingredient and family, and again whenever the chart or the prescription changes

    Scenario: A drug of the same family is stopped, and so is the next one of it that the prescriber proposes
      Given the patient Sato Hanako's chart reads
        | allergies  | medicines | pregnancy |
        | ペニシリン | none      | no        |
      And the prescription "サワシリン 250mg 3カプセル 分3 5日分" of the patient Sato Hanako has been received
      And the pharmacist Suzuki is reviewing the patient Sato Hanako's prescription
      When the pharmacist Suzuki dispenses the patient Sato Hanako's prescription
      Then the pharmacist Suzuki is refused because a finding of the review is not settled
      And the pharmacist Takahashi sees these findings in the review of the patient Sato Hanako's prescription
        | finding | drug           | against    | where |
        | allergy | アモキシシリン | ペニシリン | chart |
      When the pharmacist Suzuki asks the prescriber about the patient Sato Hanako's prescription: "Allergic to penicillin"
      And the pharmacist Suzuki records that 森医師 has changed the patient Sato Hanako's prescription to "アンピシリン 250mg 3カプセル 分3 5日分"
      Then the pharmacist Takahashi sees these findings in the review of the patient Sato Hanako's prescription
        | finding | drug         | against    | where |
        | allergy | アンピシリン | ペニシリン | chart |
      When the pharmacist Suzuki asks the prescriber about the patient Sato Hanako's prescription: "That is one, too"
      And the pharmacist Suzuki records that 森医師 has changed the patient Sato Hanako's prescription to "クラリスロマイシン 200mg 2錠 分2 5日分"
      And the pharmacist Suzuki dispenses the patient Sato Hanako's prescription
      Then the patient Sato Hanako sees that the patient Sato Hanako's prescription is dispensed

    Scenario: An allergy that the patient remembers after dispensing stops the final check
      Given the patient Sato Hanako's chart reads
        | allergies | medicines | pregnancy |
        | none      | none      | no        |
      And the prescription "アモキシシリン 250mg 3カプセル 分3 5日分" of the patient Sato Hanako has been received
      And the pharmacist Suzuki has dispensed the patient Sato Hanako's prescription
      And the patient Sato Hanako's chart reads
        | allergies    | medicines | pregnancy |
        | アンピシリン | none      | no        |
      When the pharmacist Takahashi checks the patient Sato Hanako's medicine and scans what is right
      Then the pharmacist Takahashi is refused because a finding of the review is not settled
      And the pharmacist Suzuki sees these findings in the review of the patient Sato Hanako's prescription
        | finding | drug           | against      | where |
        | allergy | アモキシシリン | アンピシリン | chart |
      And the patient Sato Hanako sees that the patient Sato Hanako's prescription is dispensed
