"""Medication records (薬歴): written by version, joined and separated, kept for their period, followed up."""
