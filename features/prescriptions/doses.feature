@RX-05 @critical
Feature: Doses for children and for weak kidneys
  A child's dose is a matter of kilograms, an old patient's one of the kidneys, and 20 mg in a millilitre is not 20 mg in
  a gram. Whoever guesses the weight guesses the dose: where a value is missing the review stops.
  For children and patients with weak kidneys; proposal. The figures follow package inserts, and a pharmacist has to
  confirm each.

  Rule: A dose for a child or for weak kidneys is judged by weight, eGFR and unit, and is not guessed where one is missing

    Scenario: A child's dose is not judged without the weight, and then by the kilogram
      Given the patient Nakamura Ken is 6 years old
      And the patient Nakamura Ken's chart reads
        | allergies | medicines | pregnancy |
        | none      | none      | no        |
      And the prescription "アセトアミノフェン 200mg 4.5錠 分3 5日分" of the patient Nakamura Ken has been received
      And the pharmacist Suzuki is reviewing the patient Nakamura Ken's prescription
      When the pharmacist Suzuki dispenses the patient Nakamura Ken's prescription
      Then the pharmacist Suzuki is refused because a finding of the review is not settled
      And the pharmacist Takahashi sees weight missing for アセトアミノフェン in the review of the patient Nakamura Ken's prescription
      When the pharmacist Suzuki records that the patient Nakamura Ken weighs 14 kg
      And the pharmacist Suzuki dispenses the patient Nakamura Ken's prescription
      Then the pharmacist Suzuki is refused because a finding of the review is not settled
      And the pharmacist Takahashi sees overdose for アセトアミノフェン in the review of the patient Nakamura Ken's prescription
      When the pharmacist Suzuki records that the patient Nakamura Ken weighs 20 kg
      And the pharmacist Suzuki dispenses the patient Nakamura Ken's prescription
      Then the patient Nakamura Ken sees that the patient Nakamura Ken's prescription is dispensed

    Scenario: A drug that the kidneys clear is not judged without an eGFR, and then by what the kidneys can do
      Given the patient Tanaka Ichiro's chart reads
        | allergies | medicines | pregnancy |
        | none      | none      | no        |
      And the prescription "ファモチジン 20mg 2錠 分2 14日分" of the patient Tanaka Ichiro has been received
      And the pharmacist Suzuki is reviewing the patient Tanaka Ichiro's prescription
      When the pharmacist Suzuki dispenses the patient Tanaka Ichiro's prescription
      Then the pharmacist Suzuki is refused because a finding of the review is not settled
      And the pharmacist Takahashi sees eGFR missing for ファモチジン in the review of the patient Tanaka Ichiro's prescription
      When the pharmacist Suzuki records an eGFR of 45 for the patient Tanaka Ichiro
      Then the pharmacist Takahashi sees overdose for ファモチジン in the review of the patient Tanaka Ichiro's prescription
      When the pharmacist Suzuki records an eGFR of 90 for the patient Tanaka Ichiro
      And the pharmacist Suzuki dispenses the patient Tanaka Ichiro's prescription
      Then the patient Tanaka Ichiro sees that the patient Tanaka Ichiro's prescription is dispensed

    @api
    Scenario Outline: What is wrong with “<written>” is pointed out: <finding>
      Doors: what is typed into the form is the same text; that the units are told apart is the pharmacy's rule.

      Given the patient Tanaka Ichiro's chart reads
        | allergies | medicines | pregnancy |
        | none      | none      | no        |
      And the prescription "<written>" of the patient Tanaka Ichiro has been received
      When the pharmacist Suzuki begins to review the patient Tanaka Ichiro's prescription
      Then the pharmacist Takahashi sees <finding> for アセトアミノフェン in the review of the patient Tanaka Ichiro's prescription

      Examples:
        | written                                 | finding                      |
        | アセトアミノフェン 20mg 30g 分3 5日分   | no such strength in this unit |
        | アセトアミノフェン 3錠 分3 5日分        | strength missing             |
        | アセトアミノフェン 500mg 9錠 分3 5日分  | overdose                     |
