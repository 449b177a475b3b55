@RL-01 @critical
Feature: Ten times as many at once
  On the day of a recall or an epidemic everybody asks at the same moment. What was acknowledged is kept, and whoever has
  an emergency does not wait behind the others. (Six messages at one moment is a busy minute of a branch; here are sixty.)
  For patients; the company's promise of a reliable remote care system. The numbers are a proposal.

  Rule: At ten times the usual load nothing acknowledged is lost, and emergencies are noticed as fast as ever

    Scenario: Among sixty messages at one moment an emergency is called at once, and none of the others is lost
      When the patient Sato Hanako sends "I cannot breathe" among 20 patients who send 3 messages each
      Then the patient Sato Hanako receives the 119 guidance within 5 seconds
      And the on-call pharmacist is called about the patient Sato Hanako within 30 seconds
      And all 60 messages that were acknowledged are there, in order and once
      And the pharmacist Suzuki's queue is led by the patient Sato Hanako, with 21 waiting in all
