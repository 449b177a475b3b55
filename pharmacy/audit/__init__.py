"""Who did what and when: only added to, chained, checked."""
