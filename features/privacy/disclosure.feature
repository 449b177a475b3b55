@PV-03 @major
Feature: Patients ask for their data
  Patients may see what is kept of them and have it put right. The copy is made by people in a hurry from systems in which
  everybody's data lie side by side; one line of somebody else in it is a leak, made by the pharmacy itself.
  For patients; Act on the Protection of Personal Information, disclosure and correction (own knowledge).

  Rule: Whoever asks for disclosure or correction is handed their own data, and nobody else's

    Scenario: Whoever asks gets all of their own and nothing of the other whose record is merged with theirs
      Given the patient Sato Hanako has asked "Is this for my thyroid?"
      And the patient Tanaka Ichiro has asked "Does it help against gout?"
      And the pharmacist Suzuki has written "Gout, swollen toe" into the patient Tanaka Ichiro's medication record
      When the supervising pharmacist Kobayashi merges the medication records of the patient Sato Hanako and the patient Tanaka Ichiro
      And the patient Sato Hanako asks for disclosure of their data: "Everything about me"
      And the supervising pharmacist Kobayashi grants the patient Sato Hanako's request "Everything about me"
      And the patient Sato Hanako opens the data handed over for "Everything about me"
      Then the data handed to the patient Sato Hanako have their "Is this for my thyroid?", and nothing about the patient Tanaka Ichiro nor "Gout, swollen toe"
      When the patient Tanaka Ichiro asks for correction of their data: "I never had gout"
      And the supervising pharmacist Kobayashi grants the patient Tanaka Ichiro's request "I never had gout"
      And the patient Tanaka Ichiro opens the data handed over for "I never had gout"
      Then the data handed to the patient Tanaka Ichiro have their "Gout, swollen toe", and nothing about the patient Sato Hanako nor "Is this for my thyroid?"
      And the auditor Watanabe finds a response to a request by the supervising pharmacist Kobayashi in the audit trail

    @api
    Scenario: Only the supervising pharmacist hands data over, only to who asked, and nothing where the request was declined
      Doors: no page leads to somebody else's request, or to one that was answered.

      Given the patient Sato Hanako has asked for disclosure of their data: "Everything about me"
      When the pharmacist Suzuki grants the patient Sato Hanako's request "Everything about me"
      Then the pharmacist Suzuki is refused because their role does not allow it
      When the patient Sato Hanako opens the data handed over for "Everything about me"
      Then the patient Sato Hanako is refused because no such consultation can be found
      When the supervising pharmacist Kobayashi grants the patient Sato Hanako's request "Everything about me"
      And the patient Tanaka Ichiro tries to open the data handed over to the patient Sato Hanako for "Everything about me"
      Then the patient Tanaka Ichiro is refused because no such consultation can be found
      When the patient Sato Hanako opens the data handed over for "Everything about me"
      Then the patient Sato Hanako is not refused
      And the auditor Watanabe finds a response to a request by the supervising pharmacist Kobayashi in the audit trail
      And the auditor Watanabe finds no response to a request by the pharmacist Suzuki in the audit trail
      When the patient Tanaka Ichiro asks for correction of their data: "I am ten years younger"
      And the supervising pharmacist Kobayashi declines the patient Tanaka Ichiro's request "I am ten years younger"
      And the patient Tanaka Ichiro opens the data handed over for "I am ten years younger"
      Then the patient Tanaka Ichiro is refused because no such consultation can be found
