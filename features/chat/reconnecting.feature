@CH-03 @critical
Feature: Catching up after a lost connection
  Patients write from trains and lifts, pharmacists from their homes. A message that falls into a gap is a question
  nobody answers, or an advice nobody reads. Whoever comes back sees everything, once, in order.
  For patients and pharmacists; the promise of a reliable remote care system.

  Rule: Nothing is missing once the connection is back

    Scenario: The patient catches up with what the pharmacist wrote meanwhile
      Given the patient Sato Hanako has asked "Is it fine to drive after this medicine?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the patient Sato Hanako loses the connection
      And the pharmacist Suzuki replies "Please do not drive today" to the patient Sato Hanako
      And the patient Sato Hanako gets the connection back
      Then the patient Sato Hanako sees the patient Sato Hanako's consultation in this order
        | kind    | text                                     |
        | patient | Is it fine to drive after this medicine? |
        | reply   | Please do not drive today                |

    Scenario: The pharmacist catches up with several messages of the same moment
      Given the patient Sato Hanako has asked "I have a question about my inhaler"
      When the pharmacist Suzuki opens the patient Sato Hanako's consultation
      And the pharmacist Suzuki loses the connection
      And the patient Sato Hanako sends these in one go
        | text                        |
        | It clicks but nothing comes |
        | I shook it twice            |
        | It is the blue one          |
        | I bought it on Monday       |
      And the pharmacist Suzuki gets the connection back
      Then the pharmacist Suzuki sees the patient Sato Hanako's consultation in this order
        | kind    | text                               |
        | patient | I have a question about my inhaler |
        | patient | It clicks but nothing comes        |
        | patient | I shook it twice                   |
        | patient | It is the blue one                 |
        | patient | I bought it on Monday              |

    Scenario: After an outage of the pharmacy both sides go on where they were
      Given the patient Sato Hanako has asked "Can I cut the tablet in half?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki opens the patient Sato Hanako's consultation
      And the pharmacy's service crashes and comes back
      And the patient Sato Hanako sends "It is the small white one"
      Then the pharmacist Suzuki sees the patient Sato Hanako's consultation in this order
        | kind    | text                          |
        | patient | Can I cut the tablet in half? |
        | patient | It is the small white one     |
