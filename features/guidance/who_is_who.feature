Feature: Who is in the call, and can they use what they get
  Behind a camera one person looks much like another. So both sides are identified before a word is said about a
  medicine: the patient by what they show, the pharmacist by name and licence. And a device is only explained when
  somebody has seen it used.
  For patients and pharmacists; telemedicine guideline by analogy, and the ministry's notice on online guidance; a
  pharmacist has to confirm how identities are checked.

  @RX-07 @critical
  Rule: Both sides are identified, and a mismatch stops the guidance

    Scenario: Somebody else's papers stop the guidance, the patient's own let it go on
      Given the pharmacist Suzuki's guidance for the patient Sato Hanako is accepted
      And the pharmacist Takahashi's guidance for the patient Tanaka Ichiro is accepted
      When the pharmacist Suzuki starts the call of the patient Sato Hanako's guidance
      Then the pharmacist Suzuki is refused because the patient has not been identified yet
      When the pharmacist Suzuki is shown the patient Yamamoto Sakura's papers when identifying the patient Sato Hanako
      Then the pharmacist Suzuki is refused because what was shown does not match
      And the patient Sato Hanako's page shows the guidance of the patient Sato Hanako only, as broken off
      When the pharmacist Takahashi identifies the patient Tanaka Ichiro by the registered method
      Then the patient Tanaka Ichiro's page shows the guidance of the patient Tanaka Ichiro only, as identified
      And the auditor Watanabe finds no call started by the pharmacist Suzuki for the patient Sato Hanako in the audit trail
      And the auditor Watanabe finds a patient identified by the pharmacist Takahashi in the audit trail

    Scenario: The patient sees the pharmacist's name and licence number before the guidance counts
      Given the pharmacist Suzuki's guidance for the patient Sato Hanako is identified
      Then the patient Sato Hanako is shown the name and the licence number of the pharmacist Suzuki
      When the pharmacist Suzuki judges that the patient Sato Hanako may be guided online because "stable for a year"
      And the pharmacist Suzuki starts the call of the patient Sato Hanako's guidance
      And the pharmacist Suzuki completes the guidance of the patient Sato Hanako
      Then the pharmacist Suzuki is refused because the patient has not confirmed the pharmacist
      When the patient Sato Hanako joins the call of the patient Sato Hanako's guidance
      And the pharmacist Suzuki lets the patient Sato Hanako in from the waiting room
      And the pharmacist Suzuki completes the guidance of the patient Sato Hanako
      Then the patient Sato Hanako's page shows the guidance of the patient Sato Hanako only, as completed

    Scenario: A pharmacist without a licence number on file cannot hold guidance
      Given the pharmacist Suzuki has no licence number
      When the pharmacist Suzuki plans guidance for the patient Sato Hanako
      Then the pharmacist Suzuki is refused because they have no licence number
      And the patient Sato Hanako's page shows no guidance
      When the pharmacist Takahashi plans guidance for the patient Sato Hanako
      Then the patient Sato Hanako's page shows the guidance of the patient Sato Hanako only, as waiting for acceptance

  @RX-11 @major
  Rule: Guidance on a device is completed only when its technique has been seen and recorded

    Scenario Outline: Guidance on an <kind> is completed once the patient's technique has been checked
      Given the pharmacist Suzuki has planned guidance on "<medicine>" for the patient Sato Hanako
      And the pharmacist Suzuki's guidance for the patient Sato Hanako is in the call
      When the pharmacist Suzuki completes the guidance of the patient Sato Hanako
      Then the pharmacist Suzuki is refused because the patient's technique has not been checked
      And the pharmacist Takahashi sees the guidance of the patient Sato Hanako as in the call
      When the pharmacist Suzuki checks the patient Sato Hanako's technique of "<medicine>"
      And the pharmacist Suzuki completes the guidance of the patient Sato Hanako
      Then the patient Sato Hanako's page shows the guidance of the patient Sato Hanako only, as completed
      And the auditor Watanabe finds a technique checked by the pharmacist Suzuki in the audit trail

      Examples:
        | kind              | medicine             |
        | inhaler           | 架空エリプタ吸入用   |
        | injection by pen  | 架空皮下注ペン       |
