# language: en
@DL-07 @major
Feature: The parcel with an order of the shop
  "Shipped" is the last that a shop usually says, and the carrier's "delivered" means that a box stands somewhere. Whoever
  waits for a medicine wants to see where it is beside the order, and the pharmacy knows that it arrived from them alone.
  For buyers of medicines without a prescription. After the MHLW notice on the delivery of medicines; read in secondary sources.

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
