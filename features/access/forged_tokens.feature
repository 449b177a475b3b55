@ZT-04 @critical
Feature: A sign-in that somebody forged
  Whoever gets in as a pharmacist reads what patients confide and answers them in a pharmacist's name. So a sign-in counts
  only when the company's own identity provider has just vouched for this person to this pharmacy, and for nobody else.
  For patients and staff; the company's promise of zero trust.

  Rule: Only a genuine proof by the identity provider lets anybody in

    Background:
      Given the patient Sato Hanako has asked "Can I cut the tablet in half?"

    Scenario Outline: A pharmacist's token that <flaw> lets nobody in
      Given the pharmacist Suzuki's ID token <flaw>
      When the pharmacist Suzuki signs in
      Then the pharmacist Suzuki is refused because their sign-in is not accepted
      When the pharmacist Suzuki opens the patient Sato Hanako's consultation
      Then the pharmacist Suzuki is refused because their sign-in is not accepted
      And the auditor Watanabe finds no sign-in by the pharmacist Suzuki in the audit trail
      And the auditor Watanabe finds no view by the pharmacist Suzuki for the patient Sato Hanako in the audit trail

      Examples:
        | flaw                                             |
        | is not signed, its algorithm is none             |
        | is signed with the public key as a shared secret |
        | is signed with somebody else's key               |
        | was altered after it was signed                  |
        | was issued by another tenant                     |
        | was issued to another application                |
        | was issued to several applications               |
        | has expired                                      |
        | never expires                                    |
        | is of an earlier sign-in                         |
        | does not say of which sign-in it is              |

    Scenario: A pharmacist with a genuine token gets in and reads
      When the pharmacist Suzuki signs in
      Then the pharmacist Suzuki is not refused
      When the pharmacist Suzuki opens the patient Sato Hanako's consultation
      Then the pharmacist Suzuki sees the patient Sato Hanako's consultation in this order
        | kind    | text                          |
        | patient | Can I cut the tablet in half? |
      And the auditor Watanabe finds a sign-in by the pharmacist Suzuki in the audit trail

    Scenario Outline: A patient's token that <flaw> lets nobody in either
      Given the patient Tanaka Ichiro's ID token <flaw>
      When the patient Tanaka Ichiro signs in
      Then the patient Tanaka Ichiro is refused because their sign-in is not accepted
      And the auditor Watanabe finds no sign-in by the patient Tanaka Ichiro in the audit trail
      And the auditor Watanabe finds a sign-in by the patient Sato Hanako in the audit trail

      Examples:
        | flaw                                 |
        | is not signed, its algorithm is none |
        | was issued to another application    |
        | is of an earlier sign-in             |

  @api
  Rule: An ID token says who somebody is and opens nothing by itself
    Doors: a page knows no token at all; only a request made by hand can show one.

    Scenario Outline: Somebody who got hold of a pharmacist's ID token gets nothing for it
      Given the patient Sato Hanako has asked "Can I cut the tablet in half?"
      When the pharmacist Suzuki signs in
      And the patient Tanaka Ichiro, not signed in, tries to <attempt> the patient Sato Hanako's consultation with the pharmacist Suzuki's ID token
      Then the patient Tanaka Ichiro is refused because their sign-in is not accepted
      And the auditor Watanabe finds no view by the pharmacist Suzuki for the patient Sato Hanako in the audit trail
      When the pharmacist Suzuki opens the patient Sato Hanako's consultation
      Then the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                   | event |
        | the pharmacist Suzuki | view  |

      Examples:
        | attempt              |
        | look at              |
        | read the messages of |
        | see the chart of     |
