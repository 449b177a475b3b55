"""Break-glass: reading a consultation of another branch in an emergency, with a reason, for a while, in plain sight."""
