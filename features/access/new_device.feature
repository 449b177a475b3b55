@ZT-11 @major
Feature: A patient on a new device
  Telephones are lost, accounts are recovered, and sometimes by somebody else. Whoever signs in as a patient where the
  patient was never seen says first what only the patient holds: the birth date and the number on the bag of their
  medicine. Whoever guesses learns nothing, and runs out of tries.
  For patients; proposal (five tries, then half an hour).

  Background:
    Given the patient Sato Hanako has asked "Is this safe while breast-feeding?"
    And the patient Tanaka Ichiro has asked "Can I crush the tablet?"

  Rule: A new device has to prove anew whose it is, and guessing neither tells anything nor goes on

    Scenario: The patient proves who they are, and only then does the new device take over
      When the patient Sato Hanako signs in on another device as well
      Then the patient Sato Hanako's other device is refused because they have not proved on this device who they are
      And the patient Sato Hanako's screen is open
      When the patient Sato Hanako gives birth date and their own patient number on the other device
      And the patient Sato Hanako goes on with the other device
      Then the patient Sato Hanako's other device is open
      And the patient Sato Hanako's screen shows nothing because their sign-in is not accepted
      And the auditor Watanabe finds a proof of identity by the patient Sato Hanako in the audit trail

    Scenario: Whoever guesses learns nothing, and after five tries even the right answer waits half an hour
      When the patient Sato Hanako signs in on another device as well
      Then the patient Sato Hanako's other device is refused because they have not proved on this device who they are
      When somebody gives the patient Tanaka Ichiro's patient number on the patient Sato Hanako's other device
      And somebody gives a patient number that nobody has on the patient Sato Hanako's other device 4 times
      And the patient Sato Hanako gives birth date and their own patient number on the other device
      Then every refusal of a proof on the patient Sato Hanako's other device is the same
      And the patient Sato Hanako's other device shows nothing because they have not proved on this device who they are
      And the auditor Watanabe finds a failed proof of identity by the patient Sato Hanako in the audit trail
      When 30 minutes pass
      And the patient Sato Hanako gives birth date and their own patient number on the other device
      And the patient Sato Hanako goes on with the other device
      Then the patient Sato Hanako's other device is open
