@RC-04 @major
Feature: Keeping and discarding records
  Years later somebody is harmed, or asks what was known then. A record that was discarded too soon answers nobody; one
  that a court has asked for must stay whatever its age. How long is enough is a matter of the day on which the period
  began: the rules change, and their days are data that have yet to be confirmed.
  For patients and courts; retention of dispensing records, 3 years by the pages read, 5 years agreed by the council.

  Rule: A record is kept for the period of the day on which it was last written, and longer while a hold stands

    Scenario Outline: A record last written on <last entry> is kept until <last day>
      When the day at the pharmacy is 2027-01-10
      And the pharmacist Suzuki writes "Stomach ache" into the patient Sato Hanako's medication record
      And the day at the pharmacy is <last entry>
      And the pharmacist Suzuki opens the patient Sato Hanako's medication record
      And the pharmacist Suzuki amends "Stomach ache" to "No pain" in the patient Sato Hanako's medication record
      And the day at the pharmacy is <last day>
      And the supervising pharmacist Kobayashi discards "No pain" from the patient Sato Hanako's medication record
      Then the supervising pharmacist Kobayashi is refused because it has to be kept for its period
      And the patient Sato Hanako's medication record reads as follows to the pharmacist Suzuki
        | patient                 | complaint    | author                |
        | the patient Sato Hanako | Stomach ache | the pharmacist Suzuki |
        | the patient Sato Hanako | No pain      | the pharmacist Suzuki |
      When the day at the pharmacy is <day after>
      And the supervising pharmacist Kobayashi discards "No pain" from the patient Sato Hanako's medication record
      Then there is nothing in the patient Sato Hanako's medication record to the pharmacist Suzuki
      And the auditor Watanabe finds a discarding of a record by the supervising pharmacist Kobayashi in the audit trail

      Examples:
        | last entry | last day   | day after  |
        | 2027-03-31 | 2030-03-31 | 2030-04-01 |
        | 2027-04-01 | 2032-04-01 | 2032-04-02 |

    Scenario: An entry stays for the period of what was dispensed after it, by the rule of the day of dispensing
      Given the patient Sato Hanako's chart reads
        | allergies | medicines | pregnancy |
        | none      | none      | no        |
      When the day at the pharmacy is 2027-03-31
      And the pharmacist Suzuki writes "Stomach ache" into the patient Sato Hanako's medication record
      And the day at the pharmacy is 2027-04-01
      Given the prescription "アムロジピン 5mg 1錠 分1 28日分" of the patient Sato Hanako has been received
      And the pharmacist Suzuki has dispensed the patient Sato Hanako's prescription
      When the day at the pharmacy is 2032-04-01
      And the supervising pharmacist Kobayashi discards "Stomach ache" from the patient Sato Hanako's medication record
      Then the supervising pharmacist Kobayashi is refused because it has to be kept for its period
      When the day at the pharmacy is 2032-04-02
      And the supervising pharmacist Kobayashi discards "Stomach ache" from the patient Sato Hanako's medication record
      Then there is nothing in the patient Sato Hanako's medication record to the pharmacist Suzuki

    Scenario: A record under an order to hold it stays, whatever its age, until the supervising pharmacist discards it
      When the day at the pharmacy is 2027-01-10
      And the pharmacist Suzuki writes "Stomach ache" into the patient Sato Hanako's medication record
      And the supervising pharmacist Kobayashi orders the patient Sato Hanako's medication record to be held
      And the day at the pharmacy is 2040-01-01
      And the supervising pharmacist Kobayashi discards "Stomach ache" from the patient Sato Hanako's medication record
      Then the supervising pharmacist Kobayashi is refused because an order to hold the record stands
      When the supervising pharmacist Kobayashi releases the hold on the patient Sato Hanako's medication record
      And the pharmacist Suzuki discards "Stomach ache" from the patient Sato Hanako's medication record
      Then the pharmacist Suzuki is refused because their role does not allow it
      And the patient Sato Hanako's medication record reads as follows to the pharmacist Takahashi
        | patient                 | complaint    | author                |
        | the patient Sato Hanako | Stomach ache | the pharmacist Suzuki |
      When the supervising pharmacist Kobayashi discards "Stomach ache" from the patient Sato Hanako's medication record
      Then there is nothing in the patient Sato Hanako's medication record to the pharmacist Suzuki
