@RL-03 @major
Feature: Calls and parcels that a crash caught on their way
  The power goes while a call for the on-call pharmacist, or the booking of a parcel, is on its way. Nobody can know
  whether it arrived: so it is made again after the restart, under the same number, and whoever took it the first time
  calls nobody twice and sends no second parcel.
  For patients, those on duty and the carrier; proposal.
  Doors: calls and bookings are between two companies; no page shows them.

  Rule: A call or a booking that was under way goes on after the restart, and takes effect once

    @api
    Scenario: A call that was on its way when the pharmacy crashed is made again, and rings once
      When the on-call service takes calls, but its answers get lost
      And the patient Sato Hanako sends "My chest hurts"
      Then the same call about the patient Sato Hanako has been tried at least 1 times
      When the pharmacy's service crashes and comes back
      And the on-call service recovers
      Then the same call about the patient Sato Hanako has been tried at least 2 times
      And the on-call pharmacist is called about the patient Sato Hanako within 30 seconds

    @api
    Scenario: A parcel that was being booked when the pharmacy crashed is booked once
      Given the patient Sato Hanako's chart reads
        | allergies | medicines | pregnancy |
        | none      | none      | no        |
      And the patient Sato Hanako's address is "1-2-3 Kakuu, Kakuu City"
      And the prescription "アムロジピン 5mg 1錠 分1 28日分" of the patient Sato Hanako has been received
      And the pharmacist Suzuki has dispensed the patient Sato Hanako's prescription
      And the pharmacist Suzuki's guidance for the patient Sato Hanako is completed
      And the pharmacist Takahashi has checked the patient Sato Hanako's medicine
      And the pharmacist Takahashi has confirmed the destination with the patient Sato Hanako
      And the carrier's answer gets lost three times
      When the pharmacist Takahashi sends the patient Sato Hanako's medicine by the standard service, handed over in person
      And the pharmacy's service crashes and comes back
      Then the carrier has one parcel for the patient Sato Hanako, by the standard service, handed over in person, to "1-2-3 Kakuu, Kakuu City"
      And the pharmacist Takahashi sees the patient Sato Hanako's parcel as being prepared
