"""Drafts that a model suggests and a named pharmacist answers for."""
