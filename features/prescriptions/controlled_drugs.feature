@RX-13 @major
Feature: Narcotics and psychotropics from a first visit online
  Somebody whom no doctor has ever met in person gets sleeping pills by video, and again from the next clinic. Such a
  prescription is a question to the prescriber before it is a medicine.
  For patients and those around them; MHLW material on first visits online.

  Rule: A narcotic or psychotropic from a first visit online is a question to the prescriber before it is dispensed

    Scenario: Zolpidem from a first visit online waits for the prescriber's answer, and from a visit in person it does not
      Given the patient Sato Hanako's chart reads
        | allergies | medicines | pregnancy |
        | none      | none      | no        |
      And the prescription "ゾルピデム 5mg 1錠 分1 14日分" from a first visit online of the patient Sato Hanako has been received
      And the pharmacist Suzuki is reviewing the patient Sato Hanako's prescription
      When the pharmacist Suzuki dispenses the patient Sato Hanako's prescription
      Then the pharmacist Suzuki is refused because a finding of the review is not settled
      And the pharmacist Takahashi sees controlled drug of a first visit online for ゾルピデム in the review of the patient Sato Hanako's prescription
      When the pharmacist Suzuki asks the prescriber about the patient Sato Hanako's prescription: "May this be given at a first visit online?"
      And the pharmacist Suzuki records the answer of 森医師 on the patient Sato Hanako's prescription: "Not a first visit, seen here in person last month"
      And the pharmacist Suzuki dispenses the patient Sato Hanako's prescription
      Then the patient Sato Hanako sees that the patient Sato Hanako's prescription is dispensed
      Given the patient Tanaka Ichiro's chart reads
        | allergies | medicines | pregnancy |
        | none      | none      | no        |
      And the prescription "ゾルピデム 5mg 1錠 分1 14日分" from a visit in person of the patient Tanaka Ichiro has been received
      When the pharmacist Suzuki begins to review the patient Tanaka Ichiro's prescription
      Then the pharmacist Suzuki sees no finding in the review of the patient Tanaka Ichiro's prescription
