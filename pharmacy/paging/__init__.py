"""Calling the on-call pharmacist until somebody answers."""
