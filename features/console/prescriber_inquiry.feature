# language: en
@PC-05 @critical
Feature: A question to the prescriber goes along with the patient
  The pharmacist who asked the doctor has gone home when the doctor calls back. Whoever answers the telephone then must know
  that there was a question, without anybody having thought of writing it down a second time.
  For the patient who waits for the medicine, and the pharmacist of the next shift. A proposal against lost handovers.

  Rule: An open question to the prescriber is handed over with the patient, and ends with the answer alone

    Scenario: An open inquiry is handed over as it stands, and goes with the prescriber's answer alone
      Given the prescription "アムロジピン 5mg 1錠 分1 28日分" of the patient Sato Hanako has been received
      And the pharmacist Suzuki is reviewing the patient Sato Hanako's prescription
      And the patient Sato Hanako has asked "When will my medicine come?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      And the pharmacist Suzuki has noted the promise "Call before 18:00" for the patient Sato Hanako
      When the pharmacist Suzuki asks the prescriber about the patient Sato Hanako's prescription: "Is 5 mg right?"
      And the pharmacist Suzuki hands the patient Sato Hanako over with the words "The doctor will call back"
      Then the pharmacist Takahashi sees these open matters of the patient Sato Hanako
        | kind                      | text              |
        | inquiry to the prescriber | Is 5 mg right?    |
        | promise                   | Call before 18:00 |
      When the pharmacist Takahashi accepts the patient Sato Hanako's handover, overlooking "Is 5 mg right?"
      Then the pharmacist Takahashi is refused because something open has not been acknowledged
      When the pharmacist Takahashi accepts the patient Sato Hanako's handover, having read all of it
      And the pharmacist Takahashi records the answer of Dr Mori on the patient Sato Hanako's prescription: "Yes, dispense it"
      Then the pharmacist Takahashi sees these open matters of the patient Sato Hanako
        | kind    | text              |
        | promise | Call before 18:00 |
