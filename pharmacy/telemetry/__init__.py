"""What the pharmacy tells an outside error tracker: where something failed, never what it was about."""
