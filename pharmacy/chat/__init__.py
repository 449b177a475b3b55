"""The conversation of a patient: threads, messages, live updates."""
