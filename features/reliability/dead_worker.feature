@RL-03 @major
Feature: A job whose worker died
  The power goes while a call for the on-call pharmacist is on its way. Nobody can know whether it arrived: so it is made
  again after the restart, under the same number, and whoever took it the first time does not call anybody twice.
  For patients with a red flag and those on duty; proposal. Calls are the only jobs of this kind so far.

  @api
  Scenario: The call that was on its way is made again, and rings once
    Doors: A call is between two companies; no page shows it.
    When the on-call service takes calls, but its answers get lost
    And the patient Sato Hanako sends "My chest hurts"
    Then the same call about the patient Sato Hanako has been tried at least 1 times
    When the pharmacy's service crashes and comes back
    And the on-call service recovers
    Then the same call about the patient Sato Hanako has been tried at least 2 times
    And the on-call pharmacist is paged about the patient Sato Hanako within 30 seconds
