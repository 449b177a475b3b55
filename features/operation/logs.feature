@OB-04 @minor
Feature: What the log gives away
  Logs are read by people who never took an oath, are copied to search engines and kept for years. They say what happened
  to which case, and not who it was or what it was about, least of all when something goes wrong.
  For patients and staff; proposal, by the company's promise of zero trust.

  Rule: The log holds numbers, and never what a patient wrote or anybody's name

    Scenario: Of an ordinary consultation the log has the number and nothing personal
      Given the patient Sato Hanako's chart reads
        | allergies  | medicines    | pregnancy |
        | ペニシリン | ワルファリン | no        |
      When the patient Sato Hanako sends "Since Tuesday I cannot sleep"
      And the pharmacist Suzuki opens the patient Sato Hanako's consultation
      And the pharmacist Suzuki takes on the patient Sato Hanako's consultation
      And the pharmacist Suzuki replies "Please drink no coffee after noon" to the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "Please drink no coffee after noon" from the pharmacist Suzuki
      And the pharmacy's log has the patient Sato Hanako's case id
      And the pharmacy's log says nothing personal about the patient Sato Hanako
      And the pharmacy's log says not a word of the patient Sato Hanako's consultation or chart
      And the pharmacy's log says nothing personal about the pharmacist Suzuki

    Scenario: Of a consultation in which everything goes wrong it has no more than that
      Given the on-call service answers with an error
      And the AI answers nonsense
      When the patient Tanaka Ichiro sends "ワクチンの予約は要りますか"
      And the pharmacist Suzuki asks the AI for a draft to the patient Tanaka Ichiro
      Then the pharmacist Suzuki is refused because the AI is unavailable
      When the patient Sato Hanako sends "急に胸が痛くて息ができません"
      And calling the on-call pharmacist about the patient Sato Hanako fails twice
      And the pharmacy's service crashes and comes back
      And the on-call service recovers
      Then the on-call pharmacist has been called about the patient Sato Hanako once
      And the pharmacy's log has the patient Sato Hanako's case id
      And the pharmacy's log says nothing personal about the patient Sato Hanako
      And the pharmacy's log has the patient Tanaka Ichiro's case id
      And the pharmacy's log says nothing personal about the patient Tanaka Ichiro
