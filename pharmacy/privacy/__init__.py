"""What patients decide about their data, what they are owed of it, and what is done when it leaked."""
