# language: en
Feature: The parcel with an order of the shop
  "Shipped" is the last that a shop usually says, and the carrier's "delivered" means that a box stands somewhere. Whoever
  waits for a medicine wants to see where it is beside the order, and the pharmacy knows that it arrived from them alone.
  For buyers of medicines without a prescription. After the MHLW notice on the delivery of medicines; read in secondary sources.

  @DL-07 @major
  Rule: How far a parcel is can be seen at its order, and only the buyer's word makes it received

    Scenario: Buyer and pharmacist see at the order how far its parcel is, until the buyer has it in hand
      Given the pharmacist Suzuki has sold class-1 pain reliever D to the patient Sato Hanako
      And the patient Sato Hanako's address is "1-2-3 Kakuu, Kakuu City"
      When the pharmacist Suzuki ships class-1 pain reliever D to the patient Sato Hanako
      Then the pharmacist Suzuki sees the parcel with the patient Sato Hanako's order of class-1 pain reliever D as being prepared
      And the patient Sato Hanako sees the parcel with their order of class-1 pain reliever D as being prepared
      When the carrier reports the delivery of the patient Sato Hanako's parcel
      Then the patient Sato Hanako sees the parcel with their order of class-1 pain reliever D as delivered but not confirmed
      When the patient Sato Hanako confirms having received the parcel
      Then the patient Sato Hanako sees the parcel with their order of class-1 pain reliever D as received
      And the pharmacist Suzuki sees the parcel with the patient Sato Hanako's order of class-1 pain reliever D as received

    Scenario: A buyer who says nothing is asked, and what they say on the telephone makes it received
      Given the pharmacist Suzuki has sold class-1 pain reliever D to the patient Sato Hanako
      And the patient Sato Hanako's address is "1-2-3 Kakuu, Kakuu City"
      When the pharmacist Suzuki ships class-1 pain reliever D to the patient Sato Hanako
      Then the pharmacist Suzuki sees the parcel with the patient Sato Hanako's order of class-1 pain reliever D as being prepared
      When the carrier reports the delivery of the patient Sato Hanako's parcel
      And 1450 minutes pass
      Then the pharmacist Suzuki still has to make sure of the receipt for the patient Sato Hanako
      When the pharmacist Suzuki is told by the patient Sato Hanako on the telephone that class-1 pain reliever D is there
      Then the patient Sato Hanako sees the parcel with their order of class-1 pain reliever D as received

  @DL-08 @major
  Rule: A parcel that was lost is not sent again before the buyer was spoken to

    Scenario: The buyer of a lost parcel is contacted first, and only then another one leaves
      Given the pharmacist Suzuki has sold class-1 pain reliever D to the patient Sato Hanako
      And the patient Sato Hanako's address is "1-2-3 Kakuu, Kakuu City"
      When the pharmacist Suzuki ships class-1 pain reliever D to the patient Sato Hanako
      Then the pharmacist Suzuki sees the parcel with the patient Sato Hanako's order of class-1 pain reliever D as being prepared
      When the carrier reports the loss of the patient Sato Hanako's parcel
      Then the patient Sato Hanako sees their order of class-1 pain reliever D as lost on its way
      And the pharmacist Suzuki still has to contact the patient for the patient Sato Hanako
      And the pharmacist Suzuki need not contact the prescriber for the patient Sato Hanako
      When the pharmacist Suzuki ships class-1 pain reliever D to the patient Sato Hanako
      Then the pharmacist Suzuki is refused because nobody has contacted the buyer
      When the pharmacist Suzuki closes the task to contact the patient for the patient Sato Hanako with the result "Wants another one"
      And the pharmacist Suzuki ships class-1 pain reliever D to the patient Sato Hanako
      Then the pharmacist Suzuki sees the parcel with the patient Sato Hanako's order of class-1 pain reliever D as being prepared
      And the pharmacist Takahashi sees the patient Sato Hanako's order of class-1 pain reliever D as shipped
