@ZT-14 @minor
Feature: Joining, moving, leaving
  Who comes to work has to be able to, who moves looks after other patients, and who leaves takes nothing along: not an
  open page, not a sign-in, not a file that was shared for tomorrow's meeting.
  For patients; telemedicine guideline, by analogy.

  Background:
    Given the patient Sato Hanako has asked "May I drive?"

  Rule: Access follows joining, moving and leaving, and a leaver's is gone everywhere the same day

    Scenario: Whoever joins gets in, and whoever leaves is out everywhere at once, whatever still vouches for them
      When the pharmacist Takahashi opens the patient Sato Hanako's consultation
      Then the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                      | event |
        | the pharmacist Takahashi | view  |
      When the supervising pharmacist Kobayashi shares the patient Sato Hanako's consultation on Drive with the pharmacist Takahashi alone for 72 hours
      Then on Drive the pharmacist Takahashi alone can open the patient Sato Hanako's consultation
      When the identity provider tells of the pharmacist Takahashi that their account is disabled
      Then on Drive nobody can open the patient Sato Hanako's consultation
      And the pharmacist Takahashi's screen shows nothing because their sign-in is not accepted
      When the pharmacist Takahashi signs in
      Then the pharmacist Takahashi is refused because their sign-in is not accepted
      And the auditor Watanabe finds the signal about the pharmacist Takahashi that their account is disabled in the audit trail

    Scenario: Whoever moves to another branch leaves the old branch's patients behind at once
      When the pharmacist Takahashi opens the patient Sato Hanako's consultation
      Then the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                      | event |
        | the pharmacist Takahashi | view  |
      When the identity provider tells of the pharmacist Takahashi that they have moved to the other branch's pharmacist Inoue's branch
      And the pharmacist Takahashi opens the patient Sato Hanako's consultation
      Then the pharmacist Takahashi is refused because no such consultation can be found
      And the pharmacist Takahashi's screen is open
