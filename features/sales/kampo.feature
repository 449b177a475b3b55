@OT-04 @critical
Feature: What is in a Kampo formula
  Kampo is taken for harmless. But licorice (甘草) is in most formulas and adds up to pseudoaldosteronism, ephedra (麻黄)
  drives the heart like the cold remedy beside it, rhubarb and mirabilite are not for a pregnancy, and a child bears
  little aconite. Nobody sees that on the label.
  For everybody who takes two things at once; proposal, a pharmacist has to confirm it.

  Rule: What is risky in a Kampo formula, by itself or together with others, is warned of before it is sold

    Scenario: Warnings hold the sale back, follow what the patient corrects in the chart, and are weighed by the pharmacist
      Given the patient Sato Hanako's chart reads
        | allergies | medicines                  | pregnancy |
        | none      | 芍薬甘草湯、プソイドエフェドリン | yes       |
      And the patient Sato Hanako has ordered bofutsushosan and filled in the questionnaire
      When the pharmacist Suzuki sells bofutsushosan to the patient Sato Hanako
      Then the pharmacist Suzuki is refused because something open has not been acknowledged
      And the pharmacist Suzuki is warned of exactly this about the patient Sato Hanako's order of bofutsushosan
        | warning                            | because of                             |
        | licorice adding up                 | みほん防風通聖散、芍薬甘草湯           |
        | ephedra with sympathomimetics      | みほん防風通聖散、プソイドエフェドリン |
        | rhubarb or mirabilite in pregnancy | みほん防風通聖散                       |
      And the patient Sato Hanako sees their order of bofutsushosan as waiting for a pharmacist
      When the patient Sato Hanako fills in the chart anew
        | allergies | medicines  | pregnancy |
        | none      | 芍薬甘草湯 | no        |
      Then the pharmacist Suzuki is warned of exactly this about the patient Sato Hanako's order of bofutsushosan
        | warning            | because of                   |
        | licorice adding up | みほん防風通聖散、芍薬甘草湯 |
      When the pharmacist Suzuki weighs all warnings and sells bofutsushosan to the patient Sato Hanako
      Then the patient Sato Hanako sees their order of bofutsushosan as released for shipment

    Scenario: Where nothing comes together nothing is warned of, and aconite only for a child
      Given the patient Tanaka Ichiro's chart reads
        | allergies | medicines | pregnancy |
        | none      | none      | no        |
      And the patient Tanaka Ichiro has ordered bofutsushosan and filled in the questionnaire
      When the patient Yamamoto Sakura orders hachimi-jiogan for somebody aged 14
      Then the pharmacist Suzuki is warned of nothing about the patient Tanaka Ichiro's order of bofutsushosan
      And the pharmacist Suzuki is warned of exactly this about the patient Yamamoto Sakura's order of hachimi-jiogan
        | warning             | because of         |
        | aconite for a child | みほん八味地黄丸   |
      When the patient Nakamura Ken orders hachimi-jiogan for somebody aged 15
      Then the pharmacist Suzuki is warned of nothing about the patient Nakamura Ken's order of hachimi-jiogan
