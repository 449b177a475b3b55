# language: en
@DL-04 @critical
Feature: What replaces a spoiled parcel
  Eye drops that stood in the sun are spoiled, and the patient still needs theirs. A note that somebody "will see to it" sends
  nothing; a second package slipped into the next box is a medicine that nobody checked. So the replacement is dispensed,
  checked and sent like the first one, and the task to arrange it stays open until that parcel is on its way.
  For the patient who waits. After the MHLW notice on the delivery of dispensed medicines, read in secondary sources.

  Rule: A spoiled parcel never leaves, and what replaces it is dispensed and checked like the first one

    Scenario: The spoiled parcel never leaves, and the patient receives one that was dispensed and checked anew
      Given the patient Sato Hanako's chart reads
        | allergies | medicines | pregnancy |
        | none      | none      | no        |
      And the patient Sato Hanako's address is "1-2-3 Kakuu, Kakuu City"
      And the prescription "ラタノプロスト 0.05mg 0.1mL 分1 25日分" of the patient Sato Hanako has been received
      And the pharmacist Suzuki has dispensed the patient Sato Hanako's prescription
      And the pharmacist Suzuki's guidance for the patient Sato Hanako is completed
      And the pharmacist Takahashi has checked the patient Sato Hanako's medicine
      And the pharmacist Takahashi has confirmed the destination with the patient Sato Hanako
      When the pharmacist Takahashi sends the patient Sato Hanako's medicine by the cold service, handed over in person
      Then the pharmacist Takahashi sees the patient Sato Hanako's parcel as being prepared
      When the carrier reports a temperature excursion of the patient Sato Hanako's parcel
      And the pharmacist Takahashi hands the patient Sato Hanako's parcel over to the carrier
      Then the pharmacist Takahashi is refused because the medicine in the parcel must not be used
      When the pharmacist Suzuki closes the task to arrange a replacement for the patient Sato Hanako with the result "Will see to it"
      Then the pharmacist Suzuki is refused because the parcel that replaces it has not been sent
      When the pharmacist Suzuki has the patient Sato Hanako's parcel replaced because "Too warm before it left"
      Then the patient Sato Hanako sees the patient Sato Hanako's parcel as not to be used and being replaced
      And the pharmacist Suzuki sees that the patient Sato Hanako's prescription is to be dispensed again
      When the pharmacist Suzuki dispenses the patient Sato Hanako's prescription
      And the pharmacist Suzuki checks the patient Sato Hanako's medicine and scans what is right
      Then the pharmacist Suzuki is refused because they dispensed it themselves
      When the pharmacist Takahashi checks the patient Sato Hanako's medicine and scans what is right
      And the pharmacist Takahashi sends the patient Sato Hanako's medicine by the cold service, handed over in person
      Then the pharmacist Takahashi sees the patient Sato Hanako's parcel as being prepared
      When the pharmacist Suzuki closes the task to arrange a replacement for the patient Sato Hanako with the result "Dispensed anew and sent"
      And the carrier reports the delivery of the patient Sato Hanako's parcel
      And the patient Sato Hanako confirms having received the parcel
      Then the pharmacist Takahashi sees the patient Sato Hanako's parcel as received
      And the pharmacist Suzuki need not arrange a replacement for the patient Sato Hanako
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                      | event              |
        | the pharmacist Suzuki    | replacement begun  |
        | the pharmacist Suzuki    | dispensing         |
        | the pharmacist Takahashi | final check        |
        | the pharmacist Takahashi | shipment requested |
        | the patient Sato Hanako  | receipt confirmed  |
