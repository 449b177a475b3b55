@OB-02 @major
Feature: Alarms that really ring
  A limit that nobody is told about is a number in a file. Each alarm here is made to ring, and to fall silent again: the
  first human reply, the call about a red flag, the number waiting, and the AI itself.
  For patients who wait without knowing why; the company's promise of a system that keeps working.

  Rule: For each limit there is an alarm, and it rings when the limit is passed

    Scenario: An overdue first reply rings until a pharmacist has answered
      Given the patient Sato Hanako has asked "May I take it with milk?"
      When 61 minutes pass
      Then the supervising pharmacist Kobayashi sees the alert about an overdue first reply
      And the supervising pharmacist Kobayashi sees no open alert about the number waiting
      And the operator's metrics say at least 1 for an overdue first reply
      When the pharmacist Suzuki takes on the patient Sato Hanako's consultation
      And the pharmacist Suzuki replies "Better with water" to the patient Sato Hanako
      Then the supervising pharmacist Kobayashi sees no open alert about an overdue first reply

    @api
    Scenario: A call about a red flag that does not get through rings, and reaches the operator as soon as it can
      Doors: the list of alerts on the page is proven above; this is about what sets them off.

      Given the on-call service answers with an error
      When the patient Sato Hanako sends "I cannot breathe"
      And 2 minutes pass
      Then the supervising pharmacist Kobayashi sees the alert about late red-flag calls
      When the on-call service recovers
      Then the operator is called about the alert on late red-flag calls that the supervising pharmacist Kobayashi sees
      And the on-call pharmacist has been called about the patient Sato Hanako once
      When 4 minutes pass
      Then the supervising pharmacist Kobayashi sees the alert about an overdue first reply
      And the supervising pharmacist Kobayashi sees the alert about late red-flag calls

    @api
    Scenario: A call that gets through and patients who have only begun to wait ring nothing
      Doors: the list of alerts on the page is proven above; this is about what sets them off.

      When the patient Sato Hanako sends "I cannot breathe"
      Then the on-call pharmacist is called about the patient Sato Hanako within 30 seconds
      When 10 more patients ask something
      Then the supervising pharmacist Kobayashi sees the alert about the number waiting
      And the supervising pharmacist Kobayashi sees no open alert about late red-flag calls
      And the supervising pharmacist Kobayashi sees no open alert about an overdue first reply

    @api
    Scenario: Too many patients waiting and an AI that fails ring, each by itself
      Doors: the list of alerts on the page is proven above; this is about what sets them off.

      Given the patient Sato Hanako has asked "How do I store it?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      And the AI answers with an error
      When the pharmacist Suzuki tries 2 times to get an AI draft for the patient Sato Hanako
      And 10 more patients ask something
      Then the supervising pharmacist Kobayashi sees the alert about the number waiting
      And the supervising pharmacist Kobayashi sees no open alert about failures of the AI
      When the pharmacist Suzuki tries 1 times to get an AI draft for the patient Sato Hanako
      Then the supervising pharmacist Kobayashi sees the alert about failures of the AI
      And the operator's metrics say at least 11 for the number waiting
      And the operator's metrics say at least 1 for failures of the AI
