Feature: One pharmacist, one answer, to what the patient wrote last
  Two answers to one question confuse a patient; an answer to a question that has moved on misleads them. One pharmacist
  is in charge, one answer counts, and nobody answers what they have not read.
  For pharmacists who work at the same time from different homes, and their patients; Biro 2025 on stale reviews.

  @PC-02 @critical
  Rule: Two pharmacists cannot both answer the same question, and the later one is told

    Background:
      Given the patient Sato Hanako has asked "Is ibuprofen fine for me?"

    Scenario: The second pharmacist to take it on is told that somebody has
      When the pharmacist Suzuki takes on the patient Sato Hanako's consultation
      And the pharmacist Takahashi takes on the patient Sato Hanako's consultation
      Then the pharmacist Takahashi is refused because another pharmacist is in charge
      And the pharmacist Takahashi sees that the pharmacist Suzuki is in charge of the patient Sato Hanako

    Scenario: Of two pharmacists who answer the same question, the patient hears one
      Given the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Takahashi opens the patient Sato Hanako's consultation
      And the pharmacist Suzuki replies "Yes, after a meal" to the patient Sato Hanako
      And the pharmacist Takahashi replies "No, take paracetamol" to the patient Sato Hanako
      Then the pharmacist Takahashi is refused because another pharmacist is in charge
      And the patient Sato Hanako sees the patient Sato Hanako's consultation in this order
        | kind    | text                      |
        | patient | Is ibuprofen fine for me? |
        | reply   | Yes, after a meal         |

    Scenario: A question that was answered is not answered again by the pharmacist who takes over
      Given the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Takahashi opens the patient Sato Hanako's consultation
      And the pharmacist Suzuki replies "Yes, after a meal" to the patient Sato Hanako
      And the pharmacist Suzuki gives up the patient Sato Hanako's consultation
      And the pharmacist Takahashi takes on the patient Sato Hanako's consultation
      And the pharmacist Takahashi replies "No, take paracetamol" to the patient Sato Hanako
      Then the pharmacist Takahashi is refused because it has already been answered
      And the patient Sato Hanako sees the patient Sato Hanako's consultation in this order
        | kind    | text                      |
        | patient | Is ibuprofen fine for me? |
        | reply   | Yes, after a meal         |

    Scenario: Nobody answers a consultation they have not taken on
      When the pharmacist Suzuki replies "Yes, after a meal" to the patient Sato Hanako
      Then the pharmacist Suzuki is refused because they have not taken on the consultation
      And the patient Sato Hanako has received no reply

    Scenario: The next pharmacist answers the next question
      Given the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki replies "Yes, after a meal" to the patient Sato Hanako
      And the pharmacist Suzuki gives up the patient Sato Hanako's consultation
      And the patient Sato Hanako sends "And with coffee?"
      And the pharmacist Takahashi takes on the patient Sato Hanako's consultation
      And the pharmacist Takahashi replies "Better with water" to the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "Better with water" from the pharmacist Takahashi

    @api
    Scenario: When both answer at the very same moment, exactly one succeeds
      Doors: two people at one machine cannot send from two pages in the same millisecond; two sessions can.

      When the pharmacist Suzuki and the pharmacist Takahashi each take on and answer the patient Sato Hanako at the same moment
      Then exactly one of the pharmacist Suzuki and the pharmacist Takahashi has answered the patient Sato Hanako

  @PC-03 @critical
  Rule: What the patient wrote meanwhile has to be read before anything is sent

    Background:
      Given the patient Sato Hanako has asked "Which painkiller can I take?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation

    Scenario: A reply that does not know of the allergy just mentioned is held back
      When the pharmacist Suzuki opens the patient Sato Hanako's consultation
      And the patient Sato Hanako sends "I forgot: I am allergic to aspirin"
      And the pharmacist Suzuki replies "Take aspirin" to the patient Sato Hanako
      Then the pharmacist Suzuki is refused because there is a newer message that they have not read
      And the patient Sato Hanako has received no reply

    Scenario: Once the new message has been read, the reply goes out
      When the pharmacist Suzuki opens the patient Sato Hanako's consultation
      And the patient Sato Hanako sends "I forgot: I am allergic to aspirin"
      And the pharmacist Suzuki reads the patient Sato Hanako's new message
      And the pharmacist Suzuki replies "Then take paracetamol" to the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "Then take paracetamol" from the pharmacist Suzuki
