"""Nothing open is lost when a pharmacist goes: handovers, shifts, returns to the queue."""
