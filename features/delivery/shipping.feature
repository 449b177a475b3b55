@critical
Feature: What may leave the pharmacy, when, and by which way
  A medicine that arrives before anybody has explained it is taken by guess, and a narcotic in a locker is a narcotic for
  whoever opens the locker. So nothing leaves before the guidance, and what the law controls travels only by the route
  made for it.
  For patients, and for those who live with them; PMD Act (information before hand-over) and MHLW notice on the delivery
  of dispensed medicines, both as read second-hand.

  Background:
    Given the patient Sato Hanako's chart reads
      | allergies | medicines | pregnancy |
      | none      | none      | no        |
    And the patient Sato Hanako's address is "1-2-3 Kakuu, Kakuu City"

  @DL-03
  Rule: A prescribed medicine does not leave before its guidance, a class-1 medicine not before it was explained and understood

    Scenario: A medicine that passed the final check waits for the guidance, and leaves after it
      Given the prescription "アムロジピン 5mg 1錠 分1 28日分" of the patient Sato Hanako has been received
      And the pharmacist Suzuki has dispensed the patient Sato Hanako's prescription
      And the pharmacist Takahashi has checked the patient Sato Hanako's medicine
      And the pharmacist Takahashi has confirmed the destination with the patient Sato Hanako
      When the pharmacist Takahashi sends the patient Sato Hanako's medicine by the standard service, handed over in person
      Then the pharmacist Takahashi is refused because the guidance has not been completed
      And the carrier has no parcel for the patient Sato Hanako
      Given the pharmacist Suzuki's guidance for the patient Sato Hanako is completed
      When the pharmacist Takahashi sends the patient Sato Hanako's medicine by the standard service, handed over in person
      Then the carrier has one parcel for the patient Sato Hanako, by the standard service, handed over in person, to "1-2-3 Kakuu, Kakuu City"

    Scenario: A class-1 medicine waits until it was explained, understood and sold
      Given the patient Sato Hanako has ordered class-1 pain reliever D and filled in the questionnaire
      When the pharmacist Suzuki ships class-1 pain reliever D to the patient Sato Hanako
      Then the pharmacist Suzuki is refused because information and the check of understanding are missing
      And the carrier has no parcel for the patient Sato Hanako
      Given the pharmacist Suzuki has informed the patient Sato Hanako about class-1 pain reliever D and checked that it was understood
      When the pharmacist Suzuki sells class-1 pain reliever D to the patient Sato Hanako
      And the pharmacist Suzuki ships class-1 pain reliever D to the patient Sato Hanako
      Then the carrier has one parcel for the patient Sato Hanako, by the standard service, handed over in person, to "1-2-3 Kakuu, Kakuu City"

  @DL-05
  Rule: What the law controls goes by the special route or not at all, and is never left behind

    Scenario: A narcotic goes by the special route into somebody's hands, and by no other way
      Given the prescription "モルヒネ 10mg 2錠 分2 5日分" of the patient Sato Hanako has been received
      And the pharmacist Suzuki has dispensed the patient Sato Hanako's prescription
      And the pharmacist Suzuki's guidance for the patient Sato Hanako is completed
      And the pharmacist Takahashi has checked the patient Sato Hanako's medicine
      And the pharmacist Takahashi has confirmed the destination with the patient Sato Hanako
      When the pharmacist Takahashi sends the patient Sato Hanako's medicine by the special route, put into a locker
      Then the pharmacist Takahashi is refused because the medicine may not travel that way
      When the pharmacist Takahashi sends the patient Sato Hanako's medicine by the special route, left at the door
      Then the pharmacist Takahashi is refused because the medicine may not travel that way
      When the pharmacist Takahashi sends the patient Sato Hanako's medicine by the standard service, handed over in person
      Then the pharmacist Takahashi is refused because the medicine may not travel that way
      And the carrier has no parcel for the patient Sato Hanako
      When the pharmacist Takahashi sends the patient Sato Hanako's medicine by the special route, handed over in person
      Then the carrier has one parcel for the patient Sato Hanako, by the special route, handed over in person, to "1-2-3 Kakuu, Kakuu City"

    Scenario: A stimulant precursor, for which no route is arranged, is not sent at all
      Given the prescription "セレギリン 2.5mg 1錠 分1 7日分" of the patient Sato Hanako has been received
      And the pharmacist Suzuki has dispensed the patient Sato Hanako's prescription
      And the pharmacist Suzuki's guidance for the patient Sato Hanako is completed
      And the pharmacist Takahashi has checked the patient Sato Hanako's medicine
      And the pharmacist Takahashi has confirmed the destination with the patient Sato Hanako
      When the pharmacist Takahashi sends the patient Sato Hanako's medicine by the special route, handed over in person
      Then the pharmacist Takahashi is refused because the medicine may not travel that way
      And the carrier has no parcel for the patient Sato Hanako
