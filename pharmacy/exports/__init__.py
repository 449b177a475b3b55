"""Consultations that leave the pharmacy as a file on Drive: for named colleagues, for a while, on record."""
