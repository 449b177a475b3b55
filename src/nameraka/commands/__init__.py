"""Subcommands of ``nameraka`` that have no module of their own elsewhere."""
