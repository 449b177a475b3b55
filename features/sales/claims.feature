@OT-08 @major
Feature: What may be said of a medicine
  Whoever reads that a formula lowers blood pressure stops seeing a doctor. A medicine may be praised for what it was
  approved for, and for nothing else; and nothing works for certain.
  For patients; PMD Act, article 66 (false or exaggerated advertising), own knowledge.

  Rule: What pages and drafts say of a medicine stays within its approved effects and guarantees nothing

    Scenario: A product's page may name its approved effects, and neither others nor a guarantee
      When the pharmacist Suzuki writes "高血圧にもお使いいただけます。" on the page of kakkonto
      Then the pharmacist Suzuki is refused because it claims more than the approved effects
      When the pharmacist Suzuki writes "飲めば必ず治ります。" on the page of kakkonto
      Then the pharmacist Suzuki is refused because it claims more than the approved effects
      When the pharmacist Suzuki writes "かぜのひき始めに。" on the page of toki-shakuyakusan
      Then the pharmacist Suzuki is refused because it claims more than the approved effects
      And the patient Sato Hanako reads "かぜのひき始め、肩こりに。" on the page of kakkonto
      When the pharmacist Suzuki writes "便秘に。お腹の調子を整えます。" on the page of digestive remedy G
      Then the patient Sato Hanako reads "便秘に。お腹の調子を整えます。" on the page of digestive remedy G
      And the auditor Watanabe finds a change of a product's page by the pharmacist Suzuki in the audit trail

    Scenario: A draft that promises more than was approved is stopped until it is corrected
      Given the patient Sato Hanako has asked "Does kakkonto help me?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      And the AI suggests "葛根湯は高血圧に効きます"
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      Then the pharmacist Suzuki is refused because the safety check stops this wording
      And the pharmacist Suzuki is warned about a claim beyond the approved effects in the AI draft for the patient Sato Hanako
      When the pharmacist Suzuki rewrites the AI draft for the patient Sato Hanako as "かぜのひき始めの薬です"
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki sends the AI draft for the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "かぜのひき始めの薬です" from the pharmacist Suzuki
