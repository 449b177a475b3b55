Feature: Another patient's consultation
  What somebody tells a pharmacist is nobody else's business, and neither is the fact that they did. Whoever tries a
  consultation that is not theirs learns nothing, not even that it exists.
  For patients; the law on sensitive personal information, where the leak of a single person's data must be reported.

  Background:
    Given the patient Sato Hanako has asked "Please keep this between us"

  @ZT-01 @critical
  Rule: Nobody reaches a consultation that is not theirs

    @api
    Scenario Outline: Another patient who tries to <attempt> the consultation finds nothing
      Doors: a patient's pages know one consultation, their own; only a request made by hand can name another.

      When the patient Tanaka Ichiro tries to <attempt> the patient Sato Hanako's consultation
      Then the patient Tanaka Ichiro is refused because no such consultation can be found
      And the pharmacist Suzuki sees the patient Sato Hanako's consultation in this order
        | kind    | text                        |
        | patient | Please keep this between us |

      Examples:
        | attempt              |
        | look at              |
        | read the messages of |
        | write into           |
        | see the chart of     |
        | follow               |

    @api
    Scenario Outline: The patient themselves can <attempt> it
      Doors: the allowed side of what another patient is refused above.

      When the patient Sato Hanako tries to <attempt> the patient Sato Hanako's consultation
      Then the patient Sato Hanako is not refused
      And the pharmacist Suzuki has the patient Sato Hanako's "Please keep this between us" exactly once

      Examples:
        | attempt              |
        | look at              |
        | read the messages of |
        | write into           |
        | see the chart of     |
        | follow               |

    Scenario: A pharmacist of another branch cannot open it
      When the other branch's pharmacist Inoue opens the patient Sato Hanako's consultation
      Then the other branch's pharmacist Inoue is refused because no such consultation can be found
      And the auditor Watanabe finds no view by the other branch's pharmacist Inoue for the patient Sato Hanako in the audit trail

    Scenario: Two patients see their own consultation and nothing of each other's
      Given the patient Tanaka Ichiro has asked "This is only mine"
      When the patient Sato Hanako sends "And this is only mine too"
      Then the patient Tanaka Ichiro sees the patient Tanaka Ichiro's consultation in this order
        | kind    | text              |
        | patient | This is only mine |
      And the patient Sato Hanako sees the patient Sato Hanako's consultation in this order
        | kind    | text                        |
        | patient | Please keep this between us |
        | patient | And this is only mine too   |

  @ZT-02 @major @api
  Rule: A denied consultation and one that does not exist look the same
    Doors: whether two refusals are alike in every part of the answer cannot be seen on a page.

    Scenario Outline: Another patient cannot tell whether the consultation exists
      When the patient Tanaka Ichiro tries to <attempt> the patient Sato Hanako's consultation
      And the patient Tanaka Ichiro tries to <attempt> a consultation that does not exist
      Then the patient Tanaka Ichiro cannot tell the two refusals apart
      And the pharmacist Suzuki has the patient Sato Hanako's "Please keep this between us" exactly once

      Examples:
        | attempt              |
        | look at              |
        | read the messages of |
        | write into           |
        | see the chart of     |
        | follow               |

    Scenario: A pharmacist of another branch cannot tell whether it exists either
      When the other branch's pharmacist Inoue tries to look at the patient Sato Hanako's consultation
      And the other branch's pharmacist Inoue tries to look at a consultation that does not exist
      Then the other branch's pharmacist Inoue cannot tell the two refusals apart
      And the pharmacist Suzuki has the patient Sato Hanako's "Please keep this between us" exactly once
