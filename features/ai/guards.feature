Feature: No draft against the chart, and none in an emergency
  Tired people approve what looks right: in one study 35 to 45 % of wrong drafts went out unedited. So rules that do not tire
  stand before the model and after it: no draft where every minute counts, none against the patient's own chart.
  For patients and pharmacists; Biro 2025, and the company's published rule-based gate.

  @AI-05 @critical
  Rule: A draft against the patient's chart cannot be approved

    Background:
      Given the patient Sato Hanako has asked "I was prescribed amoxicillin. How do I take it?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      And the AI suggests "アモキシシリンを1日3回お飲みください"

    Scenario: A draft that tells a patient to take what they are allergic to is stopped
      Given the patient Sato Hanako's chart reads
        | allergies  | medicines | pregnancy |
        | ペニシリン | none      | no        |
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      Then the pharmacist Suzuki is refused because the safety check stops this wording
      And the pharmacist Suzuki is warned about an allergy in the AI draft for the patient Sato Hanako
      And the patient Sato Hanako has received no reply

    Scenario: The draft goes out once the pharmacist has corrected it
      Given the patient Sato Hanako's chart reads
        | allergies  | medicines | pregnancy |
        | ペニシリン | none      | no        |
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki rewrites the AI draft for the patient Sato Hanako as "Please do not take it yet. I am asking your doctor"
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki sends the AI draft for the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "Please do not take it yet. I am asking your doctor" from the pharmacist Suzuki

    Scenario: The same draft passes for a patient without that allergy
      Given the patient Sato Hanako's chart reads
        | allergies | medicines | pregnancy |
        | none      | none      | no        |
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki sends the AI draft for the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "アモキシシリンを1日3回お飲みください" from the pharmacist Suzuki

  @AI-08 @critical
  Rule: A red-flag consultation yields no draft

    Scenario: The AI is not even asked about a red flag
      Given the patient Sato Hanako has asked "I cannot breathe"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      Then the pharmacist Suzuki is refused because AI drafts are off for this consultation
      And the AI has been told nothing about the patient Sato Hanako
      And the auditor Watanabe finds no draft made by the pharmacist Suzuki for the patient Sato Hanako in the audit trail

    Scenario: For an ordinary question the AI is asked once, and drafts
      Given the patient Sato Hanako has asked "Which cough syrup is sugar-free?"
      And the AI suggests "Syrup B has no sugar"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      Then the AI draft for the patient Sato Hanako reads "Syrup B has no sugar" to the pharmacist Suzuki
      And the AI has been asked about the patient Sato Hanako exactly once
