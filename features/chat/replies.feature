Feature: Replies from a named pharmacist
  An advice that reaches the wrong person can kill; an advice without a name has nobody who answers for it.
  Every reply belongs to one patient and shows who is responsible and whether a person wrote it.
  For patients; wrong-patient prevention, and the telemedicine guideline on telling who answers.

  @CH-04 @critical
  Rule: A reply is shown only to the patient it was written for

    Scenario: Of two waiting patients, each receives their own reply and nothing else
      Given the patient Sato Hanako has asked "How many drops for my eyes?"
      And the patient Tanaka Ichiro has asked "How many puffs of the spray?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      And the pharmacist Suzuki is in charge of the patient Tanaka Ichiro's consultation
      When the pharmacist Suzuki replies "One drop in each eye" to the patient Sato Hanako
      And the pharmacist Suzuki replies "Two puffs at night" to the patient Tanaka Ichiro
      Then the patient Sato Hanako sees the patient Sato Hanako's consultation in this order
        | kind    | text                        |
        | patient | How many drops for my eyes? |
        | reply   | One drop in each eye        |
      And the patient Tanaka Ichiro sees the patient Tanaka Ichiro's consultation in this order
        | kind    | text                         |
        | patient | How many puffs of the spray? |
        | reply   | Two puffs at night           |

    Scenario: A patient who still waits receives nothing when another is answered
      Given the patient Sato Hanako has asked "Is one tablet enough?"
      And the patient Tanaka Ichiro has asked "Is half a tablet enough?"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki replies "One is enough" to the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "One is enough" from the pharmacist Suzuki
      And the patient Tanaka Ichiro has received no reply

  @CH-06 @major
  Rule: Every message from the pharmacy says who is responsible and whether it is automatic

    Scenario: A reply bears the name of the pharmacist who wrote it
      Given the patient Sato Hanako has asked "May I take it with milk?"
      And the pharmacist Takahashi is in charge of the patient Sato Hanako's consultation
      When the pharmacist Takahashi replies "Please take it with water" to the patient Sato Hanako
      Then the patient Sato Hanako receives the reply "Please take it with water" from the pharmacist Takahashi

    Scenario: A notice that no pharmacist wrote says that it is automatic and bears nobody's name
      Given it is 22:00 at the pharmacy
      When the patient Sato Hanako sends "May I take it with milk?"
      Then the patient Sato Hanako receives the out-of-hours notice within 5 seconds
      And the out-of-hours notice is marked to the patient Sato Hanako as automatic, without a responsible pharmacist
