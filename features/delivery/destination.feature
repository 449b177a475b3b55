Feature: Where a parcel goes, and what it tells on the way
  People move, separate, go into hospital. A medicine that is sent to the old address is opened by whoever lives there now;
  a label that names it tells the neighbours of an illness. So the pharmacist confirms name and address with the patient at
  the guidance, a change counts only when it was confirmed anew, and nothing outside the parcel says what is inside.
  For patients; proposal.

  Background:
    Given the patient Sato Hanako's chart reads
      | allergies | medicines | pregnancy |
      | none      | none      | no        |
    And the patient Sato Hanako's address is "1-2-3 Kakuu, Kakuu City"
    And the prescription "アムロジピン 5mg 1錠 分1 28日分" of the patient Sato Hanako has been received
    And the pharmacist Suzuki has dispensed the patient Sato Hanako's prescription
    And the pharmacist Suzuki's guidance for the patient Sato Hanako is completed
    And the pharmacist Takahashi has checked the patient Sato Hanako's medicine

  @DL-06 @major
  Rule: A medicine goes to the address that was confirmed with the patient, and never to an old one

    Scenario: A parcel booked for the old address does not leave, and goes to the new one once it was confirmed
      When the pharmacist Takahashi sends the patient Sato Hanako's medicine by the standard service, handed over in person
      Then the pharmacist Takahashi is refused because the destination has not been confirmed
      When the pharmacist Takahashi confirms the destination with the patient Sato Hanako
      And the pharmacist Takahashi sends the patient Sato Hanako's medicine by the standard service, handed over in person
      Then the carrier has one parcel for the patient Sato Hanako, by the standard service, handed over in person, to "1-2-3 Kakuu, Kakuu City"
      And the pharmacist Takahashi sees the patient Sato Hanako's parcel as being prepared
      When the patient Sato Hanako changes the address to "4-5-6 Betsuno, Betsuno City"
      And the pharmacist Takahashi hands the patient Sato Hanako's parcel over to the carrier
      Then the pharmacist Takahashi is refused because the destination has not been confirmed
      When the pharmacist Takahashi confirms the destination with the patient Sato Hanako
      And the pharmacist Takahashi sends the patient Sato Hanako's medicine by the standard service, handed over in person
      Then the carrier has one parcel for the patient Sato Hanako, by the standard service, handed over in person, to "4-5-6 Betsuno, Betsuno City"
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                      | event                 |
        | the patient Sato Hanako  | change of address     |
        | the pharmacist Takahashi | destination confirmed |
        | the pharmacist Takahashi | shipment requested    |
        | the patient Sato Hanako  | change of address     |
        | the pharmacist Takahashi | destination confirmed |
        | the pharmacist Takahashi | shipment cancelled    |
        | the pharmacist Takahashi | shipment requested    |

  @DL-09 @minor
  Rule: Nothing outside the parcel tells of a drug or an illness

    Scenario: The label says neither drug nor illness nor clinic, also when the booking has to be repeated
      Given the pharmacist Takahashi has confirmed the destination with the patient Sato Hanako
      And the carrier's answer gets lost twice
      When the pharmacist Takahashi sends the patient Sato Hanako's medicine by the standard service, handed over in person
      Then the pharmacist Takahashi sees the patient Sato Hanako's parcel as being prepared
      And the carrier has one parcel for the patient Sato Hanako, by the standard service, handed over in person, to "1-2-3 Kakuu, Kakuu City"
      And nothing that the carrier was told of the patient Sato Hanako has these words
        | word         |
        | アムロジピン |
        | 5mg          |
        | 錠           |
        | 薬           |
        | 処方         |
        | みなと内科   |
        | 森医師       |
        | 血圧         |
