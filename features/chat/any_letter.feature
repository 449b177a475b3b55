@CH-09 @minor
Feature: Every character arrives as it was written
  A name written with a rare kanji, a symptom told by a picture of a face, a long story typed on a phone at night: what
  the patient wrote is what the pharmacist must read, to the letter, and the other way round. A text that was cut or
  changed on the way can turn a dose into another.
  For patients and pharmacists; proposal.

  Rule: A text of up to 5,000 characters arrives byte for byte, in both directions

    Scenario Outline: What the patient writes in <letters> is what the pharmacist reads, to the letter
      When the patient Sato Hanako sends <count> characters of <letters>
      Then the last that the pharmacist Suzuki sees in the patient Sato Hanako's consultation is <count> characters of <letters>, byte for byte
      And the last that the patient Sato Hanako sees in the patient Sato Hanako's consultation is <count> characters of <letters>, byte for byte

      Examples:
        | letters                   | count |
        | full-width letters        | 5000  |
        | emoji                     | 5000  |
        | kanji of surrogate pairs  | 5000  |
        | joined characters         | 1000  |
        | half-width kana and signs | 1000  |

    Scenario Outline: What the pharmacist writes in <letters> is what the patient reads, to the letter
      Given the patient Sato Hanako has asked "Could you write it down for me?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki replies to the patient Sato Hanako with <count> characters of <letters>
      Then the last that the patient Sato Hanako sees in the patient Sato Hanako's consultation is <count> characters of <letters>, byte for byte

      Examples:
        | letters                  | count |
        | emoji                    | 5000  |
        | kanji of surrogate pairs | 5000  |
        | joined characters        | 1000  |

    Scenario: A reply that is one character too long is refused as a whole, and no part of it is sent
      Given the patient Sato Hanako has asked "Could you write it down for me?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki replies to the patient Sato Hanako with 5001 characters of emoji
      Then the pharmacist Suzuki is refused because it is too long
      And the patient Sato Hanako has received no reply
