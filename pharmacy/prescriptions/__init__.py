"""Prescriptions: received, reviewed, asked about, dispensed; what guidance and delivery build on."""
