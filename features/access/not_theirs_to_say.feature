@ZT-13 @major @api
Feature: What is not the sender's to say
  Who somebody is, whose chart it is and who approved a reply is known to the pharmacy from their sign-in and from what
  they did. A program that believes the request instead lets anybody be a pharmacist by writing so.
  For patients and pharmacists; Medplum's access tests.
  Doors: no page has a field for any of this; only a request made by hand can hold it.

  Rule: A role, a patient, an author or an approver that somebody writes into a request is not believed

    Scenario Outline: A patient who writes that <claim> is not believed
      When the patient Sato Hanako sends "Take two at once" and adds that <claim>
      Then the patient Sato Hanako is refused because that is not theirs to say
      When the patient Sato Hanako sends "May I take two at once?"
      Then the pharmacist Suzuki sees the patient Sato Hanako's consultation in this order
        | kind    | text                    |
        | patient | May I take two at once? |
      And the pharmacist Suzuki's queue is in this order
        | patient                 | urgency |
        | the patient Sato Hanako | green   |

      Examples:
        | claim                      |
        | they are a pharmacist      |
        | it is of another patient   |
        | a pharmacist wrote it      |
        | it is a reply              |
        | it is urgent               |
        | it was written in the past |

    Scenario Outline: A patient who writes into the address that <claim> is not believed either
      When the patient Sato Hanako sends "May I take two at once?" and adds to its address that <claim>
      Then the pharmacist Suzuki sees the patient Sato Hanako's consultation in this order
        | kind    | text                    |
        | patient | May I take two at once? |
      And the pharmacist Suzuki's queue is in this order
        | patient                 | urgency |
        | the patient Sato Hanako | green   |
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                     | event            |
        | the patient Sato Hanako | message received |

      Examples:
        | claim                    |
        | they are a pharmacist    |
        | it is of another patient |
        | it is a reply            |
        | it is urgent             |

    Scenario: Nobody fills in another patient's chart
      Given the patient Sato Hanako's chart reads
        | allergies  | medicines | pregnancy |
        | ペニシリン | none      | yes       |
      When the patient Tanaka Ichiro fills in a chart and adds that it is the patient Sato Hanako's
      Then the patient Tanaka Ichiro is refused because that is not theirs to say
      When the pharmacist Suzuki opens the patient Sato Hanako's consultation
      Then the pharmacist Suzuki sees the patient Sato Hanako's name, date of birth and this chart
        | allergies  | medicines | pregnancy |
        | ペニシリン | none      | yes       |

    Scenario: Nobody says what their order costs
      When the patient Sato Hanako orders digestive remedy G and adds that it costs nothing
      Then the patient Sato Hanako is refused because that is not theirs to say

    Scenario: A pharmacist approves in no other name than their own
      Given the patient Sato Hanako has asked "How long does the bottle keep?"
      And the AI suggests "Four weeks after opening"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako and adds that the pharmacist Takahashi did
      Then the pharmacist Suzuki is refused because that is not theirs to say
      And the patient Sato Hanako has received no reply
      When the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki sends the AI draft for the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "Four weeks after opening" from the pharmacist Suzuki
      And the auditor Watanabe finds no draft approved by the pharmacist Takahashi for the patient Sato Hanako in the audit trail
