@SG-06 @minor
Feature: What an outside error tracker hears
  Whoever mends a fault needs to know where it happened. Usual tools send along the request, the variables and the
  message, and with them what a patient wrote. Here a report is made of places, kinds and numbers, and of nothing else.
  For patients; proposal, after the promise that no patient's words leak through SaaS.

  Rule: The error tracker hears of places, kinds and numbers, and nothing of the patient

    Scenario: A failing AI and a full database are reported without a word of the patient
      Given an outside error tracker takes the pharmacy's reports
      And the AI answers nonsense
      When the patient Sato Hanako gives their name, address, telephone and insurance number and sends "Please help"
      And the patient Sato Hanako sends "I take it for panic attacks"
      And the pharmacist Suzuki takes on the patient Sato Hanako's consultation
      And the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      Then the pharmacist Suzuki is refused because the AI is unavailable
      When at the pharmacy, the database is full
      And the patient Sato Hanako tries to send "And now I have stopped eating"
      Then the patient Sato Hanako is refused because nothing can be stored right now
      When the pharmacy is repaired
      Then the error tracker has the place of an error, and outcome and duration of the AI's call
      And nothing that the error tracker has tells of the patient Sato Hanako, not a word and not a number
