@RC-06 @major
Feature: The audit trail
  When something went wrong, somebody has to be able to say who saw what, who wrote it, who let it out. When nothing
  did, patients are owed the same answer. Every view and every change leaves a line, in order, with a name.
  For auditors and patients; guideline for the safety management of medical information systems (access log).

  Background:
    Given the patient Sato Hanako has asked "How long may I take this?"

  Rule: Every view and every change is on record, with who did it, when, and to what of which patient

    Scenario: Whoever looks at a consultation leaves a line with their name
      When the pharmacist Suzuki opens the patient Sato Hanako's consultation
      Then the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                     | event            |
        | the patient Sato Hanako | message received |
        | the pharmacist Suzuki   | opening          |
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                     | event                   |
        | the patient Sato Hanako | message received        |
        | the pharmacist Suzuki   | reading of the messages |
      And the auditor Watanabe finds no view by the pharmacist Takahashi for the patient Sato Hanako in the audit trail

    @api
    Scenario: However one looks, the look is on record
      Doors: a page looks in several ways at once; here each has to leave its own line.

      Given the prescription "アムロジピン 5mg 1錠 分1 14日分" of the patient Sato Hanako has been received
      And the AI suggests "Two weeks at most"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki looks at all that there is about the patient Sato Hanako, by one operation after the other
      Then the auditor Watanabe finds these events by the pharmacist Suzuki in the audit trail, in this order
        | event                            |
        | viewing of the queue             |
        | viewing of tasks                 |
        | viewing of orders                |
        | viewing of subscriptions         |
        | viewing of sales                 |
        | viewing of the prescriptions     |
        | opening                          |
        | reading of the messages          |
        | viewing of the chart             |
        | viewing of open matters          |
        | viewing of the medication record |
        | viewing of guidance              |
        | reading of the messages          |
        | viewing of a draft               |
        | viewing of a prescription        |
        | viewing of a prescription        |
        | viewing of the chart             |
        | viewing of a delivery            |
        | viewing of a dispensing record   |

    Scenario: From the AI's suggestion to the patient, every hand is on record
      Given the AI suggests "Two weeks at most"
      And the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki asks the AI for a draft to the patient Sato Hanako
      And the pharmacist Suzuki opens the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki rewrites the AI draft for the patient Sato Hanako as "One week at most"
      And the pharmacist Suzuki approves the AI draft for the patient Sato Hanako
      And the pharmacist Suzuki sends the AI draft for the patient Sato Hanako
      Then the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                     | event            |
        | the patient Sato Hanako | message received |
        | the pharmacist Suzuki   | taking on        |
        | the pharmacist Suzuki   | draft made       |
        | the pharmacist Suzuki   | draft opened     |
        | the pharmacist Suzuki   | draft edited     |
        | the pharmacist Suzuki   | draft approved   |
        | the pharmacist Suzuki   | reply sent       |

    Scenario: What one pharmacist did and what the next one did are told apart
      Given the pharmacist Suzuki is in charge of the patient Sato Hanako's consultation
      When the pharmacist Suzuki gives up the patient Sato Hanako's consultation
      And the pharmacist Takahashi takes on the patient Sato Hanako's consultation
      And the pharmacist Takahashi replies "Two weeks" to the patient Sato Hanako
      Then the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                      | event      |
        | the pharmacist Suzuki    | taking on  |
        | the pharmacist Suzuki    | giving up  |
        | the pharmacist Takahashi | taking on  |
        | the pharmacist Takahashi | reply sent |
      And the auditor Watanabe finds no reply sent by the pharmacist Suzuki for the patient Sato Hanako in the audit trail

    @api
    Scenario: Whoever reads the trail is on record as well
      Doors: there is no page of the audit trail; it is read by auditors' own tools.

      When the auditor Watanabe looks into the audit trail of the patient Sato Hanako's consultation
      Then the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                     | event                |
        | the patient Sato Hanako | message received     |
        | the auditor Watanabe    | reading of the trail |

    @api
    Scenario: Pharmacists and clerks do not read the trail
      Doors: there is no page of the audit trail; it is read by auditors' own tools.

      When the pharmacist Suzuki looks into the audit trail of the patient Sato Hanako's consultation
      Then the pharmacist Suzuki is refused because their role does not allow it
      When the clerk Ito looks into the audit trail of the patient Sato Hanako's consultation
      Then the clerk Ito is refused because their role does not allow it
      And the auditor Watanabe finds no reading of the trail by the clerk Ito for the patient Sato Hanako in the audit trail
