"""The final dispensing check, and the way of a medicine from the pharmacy into the patient's hands."""
