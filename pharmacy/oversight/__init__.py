"""Looking after the pharmacy itself: what is measured, when somebody is told, and whether the alarms still work."""
