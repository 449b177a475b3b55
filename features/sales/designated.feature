Feature: Medicines that are misused (指定濫用防止医薬品)
  Cough and cold remedies are taken in handfuls by teenagers who say that they cannot bear it any more. One pack at a
  time, seen by somebody who can still ask: that is all a pharmacy can do, and an order form undoes it in two clicks.
  For young people and whoever sells to them; PMD Act, designated abuse-prevention drugs, rules from 2026-05-01 as read second-hand.

  @OT-01 @critical
  Rule: Who is under 18 gets one small pack and only after a video call, an adult a large one or several only after one

    @api
    Scenario: Age, size of the pack, number and channel decide together what is sold
      Doors: the page has the same rule behind it; what it offers is shown below.

      When the pharmacist Suzuki tries to sell designated drugs in every size and number to patients of 17 and 18, by chat and then after a video call
      Then these sales were possible
        | age | product                   | packs | by chat | after a video call |
        | 17  | 5 days of cold remedy A   | 1     | no      | yes                |
        | 17  | 5 days of cold remedy A   | 2     | no      | no                 |
        | 17  | 12 days of cold remedy A  | 1     | no      | no                 |
        | 17  | 12 days of cold remedy A  | 2     | no      | no                 |
        | 18  | 5 days of cold remedy A   | 1     | yes     | yes                |
        | 18  | 5 days of cold remedy A   | 2     | no      | yes                |
        | 18  | 12 days of cold remedy A  | 1     | no      | yes                |
        | 18  | 12 days of cold remedy A  | 2     | no      | yes                |

    Scenario: Two products with the same ingredient count as several packs
      Given the patient Tanaka Ichiro is 17 years old
      And the patient Sato Hanako is 30 years old
      When the patient Tanaka Ichiro orders 5 days of cold remedy A together with cough remedy B
      Then the patient Tanaka Ichiro is refused because it is more than people under 18 may buy
      When the patient Sato Hanako orders 5 days of cold remedy A together with cough remedy B
      And the patient Sato Hanako answers "A cold, with a bad cough" in the questionnaire for cough remedy B
      And the pharmacist Suzuki informs the patient Sato Hanako about cough remedy B: "Not together with alcohol"
      And the patient Sato Hanako says in their own words of cough remedy B: "No beer with it"
      And the pharmacist Suzuki records that the patient Sato Hanako has understood cough remedy B
      And the pharmacist Suzuki sells cough remedy B to the patient Sato Hanako
      Then the pharmacist Suzuki is refused because they have not spoken by video
      When the pharmacist Suzuki speaks with the patient Sato Hanako about cough remedy B by video
      And the pharmacist Suzuki sells cough remedy B to the patient Sato Hanako
      Then the patient Sato Hanako sees their order of cough remedy B as released for shipment
      And the supervising pharmacist Kobayashi finds no record of a sale to the patient Tanaka Ichiro
      And the supervising pharmacist Kobayashi finds the record that the pharmacist Suzuki sold something to the patient Sato Hanako

  @OT-02 @critical
  Rule: What the same person bought before counts, whatever the product, the order or the account

    Scenario: Whoever comes back with another account, for another product, is still the same buyer
      Given the patient Tanaka Ichiro is another account of the patient Sato Hanako
      And the pharmacist Suzuki has sold cough remedy B to the patient Sato Hanako
      And the patient Tanaka Ichiro has ordered 5 days of cold remedy A and filled in the questionnaire
      And the pharmacist Suzuki has informed the patient Tanaka Ichiro about 5 days of cold remedy A and checked that it was understood
      And the patient Yamamoto Sakura has ordered 5 days of cold remedy A and filled in the questionnaire
      And the pharmacist Suzuki has informed the patient Yamamoto Sakura about 5 days of cold remedy A and checked that it was understood
      When the pharmacist Takahashi sells 5 days of cold remedy A to the patient Tanaka Ichiro
      Then the pharmacist Takahashi is refused because they have not spoken by video
      And the pharmacist Takahashi is shown 1 earlier purchases of the patient Tanaka Ichiro at the order of 5 days of cold remedy A
      When the pharmacist Takahashi sells 5 days of cold remedy A to the patient Yamamoto Sakura
      Then the patient Yamamoto Sakura sees their order of 5 days of cold remedy A as released for shipment
      And the auditor Watanabe finds these events of the patient Yamamoto Sakura's consultation in the audit trail, in this order
        | who                      | event |
        | the pharmacist Takahashi | sale  |
      And the auditor Watanabe finds no sale by the pharmacist Takahashi for the patient Tanaka Ichiro in the audit trail
