@RX-14 @major
Feature: Children and those who speak for them
  A child's medicine is a parent's business, and a grown child's is not. Who claims to be a parent may be anybody, and a
  parent of one child is nothing to the next. So a guardian is verified, for one named child, until that child is of age.
  For families and pharmacists; proposal, to be confirmed by a pharmacist.

  Rule: For a minor a verified guardian accepts, and sees the named child only

    Scenario: The guardian of one child speaks for that child and for no other
      Given the patient Nakamura Ken comes of age tomorrow
      And the patient Yamamoto Sakura comes of age tomorrow
      And the pharmacist Suzuki has planned guidance for the patient Nakamura Ken
      And the pharmacist Takahashi has planned guidance for the patient Yamamoto Sakura
      When the patient Nakamura Ken accepts the notice of the patient Nakamura Ken's guidance
      Then the patient Nakamura Ken is refused because a guardian has to accept
      When the pharmacist Suzuki is shown the patient Tanaka Ichiro's papers when verifying the patient Sato Hanako as the guardian of the patient Nakamura Ken
      Then the pharmacist Suzuki is refused because what was shown does not match
      And the patient Sato Hanako's page shows no guidance
      When the pharmacist Suzuki verifies the patient Sato Hanako as the guardian of the patient Nakamura Ken
      Then the patient Sato Hanako's page shows the guidance of the patient Nakamura Ken only, as waiting for acceptance
      When the patient Sato Hanako accepts the notice of the patient Nakamura Ken's guidance
      Then the pharmacist Takahashi sees that the patient Sato Hanako accepted the notice of the patient Nakamura Ken's guidance
      And the pharmacist Takahashi sees that nobody accepted the notice of the patient Yamamoto Sakura's guidance

    @api
    Scenario: A guardian can accept nothing for another child
      Doors: no page leads a guardian to a child who is not theirs; only a request made by hand can name that child's guidance.

      Given the patient Nakamura Ken comes of age tomorrow
      And the patient Yamamoto Sakura comes of age tomorrow
      And the patient Sato Hanako has been verified as the guardian of the patient Nakamura Ken
      And the pharmacist Takahashi has planned guidance for the patient Yamamoto Sakura
      When the patient Sato Hanako accepts the notice of the patient Yamamoto Sakura's guidance
      Then the patient Sato Hanako is refused because no such consultation can be found
      And the pharmacist Takahashi sees that nobody accepted the notice of the patient Yamamoto Sakura's guidance

  Rule: At 18 the guardian's access ends, unless the grown child consents anew

    Scenario: On the day the child comes of age the guardian sees nothing any more, until the child lets them go on
      Given the patient Nakamura Ken comes of age tomorrow
      And the patient Sato Hanako has been verified as the guardian of the patient Nakamura Ken
      And the pharmacist Suzuki has planned guidance for the patient Nakamura Ken
      Then the patient Sato Hanako's page shows the guidance of the patient Nakamura Ken only, as waiting for acceptance
      When 1440 minutes pass
      Then the patient Sato Hanako's page shows no guidance
      When the patient Nakamura Ken accepts the notice of the patient Nakamura Ken's guidance
      Then the patient Nakamura Ken is not refused
      When the patient Nakamura Ken decides to let the patient Sato Hanako go on
      Then the patient Sato Hanako's page shows the guidance of the patient Nakamura Ken only, as accepted
      And the auditor Watanabe finds a consent of age by the patient Nakamura Ken in the audit trail
