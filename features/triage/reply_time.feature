Feature: A human answers in time
  Somebody who asks about a medicine waits with the pill in hand. How long they may wait depends on how urgent it is, and
  it counts from their first unanswered message: writing again must not send them to the end, and no automatic text, however
  kind, is an answer. What is late is marked, so that a colleague sees it.
  For patients, and for the supervisor who plans the shifts; proposal (red 5, yellow 15, other 60 minutes).

  @TR-10 @major
  Rule: The first human reply is due by urgency, from the first unanswered message on

    Scenario Outline: Whoever waits longer than their urgency allows is marked
      Given the patient Sato Hanako has asked "<words>"
      When <minutes> minutes pass
      Then the patient Sato Hanako is not marked as overdue in the pharmacist Suzuki's queue
      When 2 minutes pass
      Then the patient Sato Hanako is marked as overdue in the pharmacist Suzuki's queue

      Examples:
        | words                                | minutes |
        | My chest hurts                       | 4       |
        | The whites of my eyes turned yellow  | 14      |
        | May I take it with milk?             | 59      |

    Scenario: Writing again does not start the time anew
      Given the patient Sato Hanako has asked "May I take it with milk?"
      When 50 minutes pass
      And the patient Sato Hanako sends "Is anybody there?"
      And 11 minutes pass
      Then the patient Sato Hanako is marked as overdue in the pharmacist Suzuki's queue

    Scenario: After an answer in time the next question has its own time
      Given the patient Sato Hanako has asked "May I take it with milk?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When 50 minutes pass
      And the pharmacist Suzuki replies "Better with water" to the patient Sato Hanako
      And the patient Sato Hanako sends "And with tea?"
      And 50 minutes pass
      Then the patient Sato Hanako is not marked as overdue in the pharmacist Takahashi's queue

    Scenario: A pharmacist who sees more urgency shortens the time
      Given the patient Sato Hanako has asked "I feel a little odd today"
      When 20 minutes pass
      And the pharmacist Suzuki changes the patient Sato Hanako's urgency to yellow because "Sounded worn out on the phone"
      Then the patient Sato Hanako is marked as overdue in the pharmacist Takahashi's queue

  @TR-11 @major
  Rule: Nothing automatic stops the time: only a pharmacist's reply does

    Scenario: The automatic 119 guidance does not count as a reply
      When the patient Sato Hanako sends "My chest hurts"
      Then the patient Sato Hanako receives the 119 guidance within 5 seconds
      When 6 minutes pass
      Then the patient Sato Hanako is marked as overdue in the pharmacist Suzuki's queue

    Scenario: The out-of-hours notice does not count as a reply
      Given it is 22:00 at the pharmacy
      When the patient Sato Hanako sends "May I take it with milk?"
      Then the patient Sato Hanako receives the out-of-hours notice within 5 seconds
      When 61 minutes pass
      Then the patient Sato Hanako is marked as overdue in the pharmacist Suzuki's queue

    Scenario: An approved draft that nobody has sent does not count as a reply
      Given the patient Sato Hanako has asked "May I take it with milk?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      And the AI suggests "Please take it with water"
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      And 61 minutes pass
      Then the patient Sato Hanako is marked as overdue in the pharmacist Takahashi's queue

    Scenario: The same draft, sent by a pharmacist, counts as a reply
      Given the patient Sato Hanako has asked "May I take it with milk?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      And the AI suggests "Please take it with water"
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki sends the AI draft for the patient Sato Hanako
      And 50 minutes pass
      And the patient Sato Hanako sends "And with tea?"
      And 50 minutes pass
      Then the patient Sato Hanako is not marked as overdue in the pharmacist Takahashi's queue
