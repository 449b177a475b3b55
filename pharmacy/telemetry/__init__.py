"""What the pharmacy tells an error tracker and a collector of traces: ids, places and numbers, never words."""
