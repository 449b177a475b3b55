@ZT-14 @minor
Feature: Joining, moving, leaving
  Who comes to work has to be able to, who moves looks after other patients, and who leaves takes nothing along: not an
  open page, not a sign-in, not a file that was shared for tomorrow's meeting.
  For patients; telemedicine guideline, by analogy.

  Background:
    Given the patient Sato Hanako has asked "May I drive?"

  Scenario: A joiner gets in, and a leaver is out everywhere the same day, whatever still vouches for them
    When the pharmacist Takahashi opens the patient Sato Hanako's consultation
    Then the pharmacist Takahashi is not refused
    When the supervising pharmacist Kobayashi shares the patient Sato Hanako's consultation on Drive with the pharmacist Takahashi alone for 72 hours
    Then on Drive the pharmacist Takahashi alone can open the patient Sato Hanako's consultation
    When the identity provider tells of the pharmacist Takahashi that their account is disabled
    Then on Drive nobody can open the patient Sato Hanako's consultation
    And the pharmacist Takahashi's screen shows nothing because their sign-in is not accepted
    When the pharmacist Takahashi signs in
    Then the pharmacist Takahashi is refused because their sign-in is not accepted
    And the auditor Watanabe finds the signal about the pharmacist Takahashi that their account is disabled in the audit trail

  Scenario: A mover leaves the old branch's patients behind at once
    When the pharmacist Takahashi opens the patient Sato Hanako's consultation
    Then the pharmacist Takahashi is not refused
    When the identity provider tells of the pharmacist Takahashi that they have moved to the other branch's pharmacist Inoue's branch
    And the pharmacist Takahashi opens the patient Sato Hanako's consultation
    Then the pharmacist Takahashi is refused because no such consultation can be found
    And the pharmacist Takahashi's screen is open
