@PC-10 @minor @web
Feature: The key for a suggestion
  Who answers all day wants a key instead of a way across the screen. A key is pressed by habit, twice, or with the next
  one already under the finger: so it must be unable to do harm. It inserts a draft, and that is all it can do.
  For pharmacists, and patients who must not get what nobody has read; the company's published reply suggestion.
  Doors: keys are pressed on a page; that a draft alone sends nothing through the API is shown with the approval of drafts.

  Background:
    Given the patient Sato Hanako has asked "May I take it before driving?"
    And the AI suggests "It may make you drowsy"
    And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation

  Rule: The key inserts a draft and never sends it

    Scenario: One press inserts a draft that is neither approved nor sent
      When the pharmacist Suzuki presses the suggest key at the patient Sato Hanako's consultation
      Then the AI draft for the patient Sato Hanako reads "It may make you drowsy" to the pharmacist Suzuki
      And the patient Sato Hanako has received no reply
      And the auditor Watanabe finds no draft approved by the pharmacist Suzuki for the patient Sato Hanako in the audit trail

    Scenario: Pressed again and again, it asks once and sends nothing
      When the pharmacist Suzuki presses the suggest key at the patient Sato Hanako's consultation 5 times in a row
      And the pharmacist Suzuki presses the suggest key at the patient Sato Hanako's consultation 3 times in a row
      Then the AI has been asked about the patient Sato Hanako exactly once
      And the patient Sato Hanako has received no reply

    Scenario: Enter, pressed right after it by habit, sends nothing
      When the pharmacist Suzuki presses the suggest key at the patient Sato Hanako's consultation, and then Enter 3 times
      Then the patient Sato Hanako has received no reply
      And the auditor Watanabe finds no draft approved by the pharmacist Suzuki for the patient Sato Hanako in the audit trail

    Scenario: What the key inserted goes out by the pharmacist's own acts
      When the pharmacist Suzuki presses the suggest key at the patient Sato Hanako's consultation
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki sends the AI draft for the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "It may make you drowsy" from the pharmacist Suzuki

    Scenario: With an emergency the key brings no draft
      Given the patient Tanaka Ichiro has asked "I cannot breathe"
      And the pharmacist Suzuki is in charge of the patient Tanaka Ichiro's consultation
      When the pharmacist Suzuki opens the patient Tanaka Ichiro's consultation
      Then the pharmacist Suzuki is offered no AI draft for the patient Tanaka Ichiro
      When the pharmacist Suzuki presses the suggest key at the patient Tanaka Ichiro's consultation
      Then the AI has been told nothing about the patient Tanaka Ichiro
      And the patient Tanaka Ichiro has received no reply
