@PC-08 @major
Feature: Correcting what was sent
  A wrong dose may have been swallowed before anybody noticed. Then it matters what the patient read, and when: a text
  that is quietly put right tells nobody to stop, and leaves nothing to learn from. So a correction is a message of its
  own that says what it is, and the original stays where it was.
  For patients and whoever answers for what was said; MHLW guideline for the safety management of medical information
  systems, authenticity (真正性).

  Rule: A sent reply is corrected by a visible correction, and the original stays

    Background:
      Given the patient Sato Hanako has asked "How often may I take it?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation

    Scenario: The patient reads both, and is told which one holds
      When the pharmacist Suzuki replies "Three times a day" to the patient Sato Hanako
      And the pharmacist Suzuki corrects "Three times a day" to "Only twice a day" in the patient Sato Hanako's consultation
      Then the patient Sato Hanako sees the patient Sato Hanako's consultation in this order
        | kind       | text                     |
        | patient    | How often may I take it? |
        | reply      | Three times a day        |
        | correction | Only twice a day         |
      And the patient Sato Hanako sees "Three times a day" marked as corrected
      And the patient Sato Hanako sees "Only twice a day" marked as received
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                   | event           |
        | the pharmacist Suzuki | reply sent      |
        | the pharmacist Suzuki | reply corrected |

    Scenario: A reply that holds is not marked as corrected
      When the pharmacist Suzuki replies "Three times a day" to the patient Sato Hanako
      Then the patient Sato Hanako sees "Three times a day" marked as received

    Scenario: A correction that was wrong itself is corrected in its turn
      When the pharmacist Suzuki replies "Three times a day" to the patient Sato Hanako
      And the pharmacist Suzuki corrects "Three times a day" to "Once a day" in the patient Sato Hanako's consultation
      And the pharmacist Suzuki corrects "Three times a day" to "Twice a day" in the patient Sato Hanako's consultation
      Then the pharmacist Suzuki is refused because it has already been corrected
      When the pharmacist Suzuki corrects "Once a day" to "Twice a day" in the patient Sato Hanako's consultation
      Then the patient Sato Hanako sees the patient Sato Hanako's consultation in this order
        | kind       | text                     |
        | patient    | How often may I take it? |
        | reply      | Three times a day        |
        | correction | Once a day               |
        | correction | Twice a day              |
      And the patient Sato Hanako sees "Once a day" marked as corrected

    Scenario: A colleague who is not in charge corrects nothing
      When the pharmacist Suzuki replies "Three times a day" to the patient Sato Hanako
      And the pharmacist Takahashi corrects "Three times a day" to "Ten times a day" in the patient Sato Hanako's consultation
      Then the pharmacist Takahashi is refused because another pharmacist is in charge
      And the patient Sato Hanako sees "Three times a day" marked as received
      And the auditor Watanabe finds no reply corrected by the pharmacist Takahashi for the patient Sato Hanako in the audit trail

    Scenario: A colleague who took over corrects in their own name
      When the pharmacist Suzuki replies "Three times a day" to the patient Sato Hanako
      And the pharmacist Suzuki gives up the patient Sato Hanako's consultation
      And the pharmacist Takahashi takes on the patient Sato Hanako's consultation
      And the pharmacist Takahashi corrects "Three times a day" to "Only twice a day" in the patient Sato Hanako's consultation
      Then the patient Sato Hanako sees "Three times a day" marked as corrected
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                      | event           |
        | the pharmacist Suzuki    | reply sent      |
        | the pharmacist Takahashi | reply corrected |

    Scenario: A correction does not answer what the patient has asked since
      When the pharmacist Suzuki replies "Three times a day" to the patient Sato Hanako
      And the patient Sato Hanako sends "And for my daughter?"
      And the pharmacist Suzuki corrects "Three times a day" to "Only twice a day" in the patient Sato Hanako's consultation
      Then the pharmacist Takahashi's queue is in this order
        | patient                  | urgency |
        | the patient Sato Hanako  | green   |
      And the patient Sato Hanako sees "Three times a day" marked as corrected

    @api
    Scenario Outline: Nothing but a pharmacist's reply can be corrected, and only into something else
      Doors: the page has no button at such a message, and none that can be pressed for such a text.

      When the pharmacist Suzuki replies "Three times a day" to the patient Sato Hanako
      And the pharmacist Suzuki corrects "<text>" to "<correction>" in the patient Sato Hanako's consultation
      Then the pharmacist Suzuki is refused because <reason>
      And the patient Sato Hanako sees the patient Sato Hanako's consultation in this order
        | kind    | text                     |
        | patient | How often may I take it? |
        | reply   | Three times a day        |

      Examples:
        | text                     | correction           | reason                         |
        | How often may I take it? | I do not need it     | it is not a pharmacist's reply |
        | Three times a day        | Three times a day    | the wording is the same as before |
        | Three times a day        | {{times}} a day      | something is left to fill in   |

    @web
    Scenario: The page offers no correction of the patient's own words
      Doors: what is offered is the page's alone; that it is refused is shown above.

      When the pharmacist Suzuki corrects "How often may I take it?" to "I do not need it" in the patient Sato Hanako's consultation
      Then the pharmacist Suzuki is offered no such thing
      And the patient Sato Hanako sees "How often may I take it?" marked as received
