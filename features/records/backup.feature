@RC-08 @major @api
Feature: Getting back what was lost
  Disks die and servers burn. What was told to the pharmacy then has to come back: the messages, the records, and the
  trail that says who did what. A backup that nobody has ever restored is a hope, so it is restored here. At most fifteen
  minutes may be lost; the figure is a proposal and stands in the pharmacy's data.
  For patients and auditors; MHLW guideline for the safety management of medical information systems, and proposal.
  Doors: nobody loses or restores a database through a page; what has come back is read as tools read it.

  Rule: A restore brings back messages, records and trail, as they stood at most fifteen minutes before the loss

    Background:
      Given the patient Sato Hanako has asked "May I drink coffee with this?"
      And the pharmacist Suzuki has written "Drinks much coffee" into the patient Sato Hanako's medication record

    Scenario: After the loss of the database, what was older than fifteen minutes is back as it was
      When 15 minutes pass
      And the pharmacy's database is lost
      And it is restored from the last backup
      Then the patient Sato Hanako sees the patient Sato Hanako's consultation in this order
        | kind    | text                          |
        | patient | May I drink coffee with this? |
      And the patient Sato Hanako's medication record reads as follows to the pharmacist Suzuki
        | patient                 | complaint          | author                |
        | the patient Sato Hanako | Drinks much coffee | the pharmacist Suzuki |
      And the auditor Watanabe finds these events of the patient Sato Hanako's consultation in the audit trail, in this order
        | who                     | event            |
        | the patient Sato Hanako | message received |
        | the pharmacist Suzuki   | record written   |
      When the auditor Watanabe has the chain of the audit trail checked
      Then the auditor Watanabe is told that the chain of the audit trail is whole

    Scenario: A backup that somebody has altered is not restored
      When 15 minutes pass
      And the pharmacy's database is lost
      And somebody alters the audit trail in the last backup
      Then a restore from the last backup is refused
