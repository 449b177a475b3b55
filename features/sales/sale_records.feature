@OT-06 @major
Feature: Records of sales
  When a batch is recalled, or somebody falls ill, one question remains: who has it at home? Whoever cannot answer it
  cannot warn anybody. So a sale writes its own record, with what the buyer said to have understood.
  For buyers, and whoever has to find them; PMD Act, records of sales. The period of two years has to be verified.

  Rule: Every sale leaves its record, which is kept for its period

    Scenario: A sale leaves its record, which not even the supervising pharmacist removes before its time
      Given the patient Sato Hanako has ordered class-1 pain reliever D and filled in the questionnaire
      And the patient Tanaka Ichiro has ordered class-1 pain reliever D and filled in the questionnaire
      And the pharmacist Suzuki has informed the patient Sato Hanako about class-1 pain reliever D and checked that it was understood
      When the pharmacist Suzuki sells class-1 pain reliever D to the patient Sato Hanako
      Then the pharmacist Takahashi finds these records of sales
        | buyer                   | product         | quantity | pharmacist            | understood         |
        | the patient Sato Hanako | みほん痛み止めD | 1        | the pharmacist Suzuki | 空腹時を避けて飲むこと |
      When 729 days pass
      And 1430 minutes pass
      And the supervising pharmacist Kobayashi removes the record of the sale to the patient Sato Hanako
      Then the supervising pharmacist Kobayashi is refused because the record has to be kept
      When 20 minutes pass
      And the supervising pharmacist Kobayashi removes the record of the sale to the patient Sato Hanako
      Then the supervising pharmacist Kobayashi is not refused
      And the supervising pharmacist Kobayashi finds no record of a sale to the patient Sato Hanako
      And the auditor Watanabe finds a record of a sale removed by the supervising pharmacist Kobayashi in the audit trail
