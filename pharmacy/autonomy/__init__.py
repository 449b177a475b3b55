"""What the pharmacy may send of what a model wrote without a pharmacist: nothing, unless it is switched on for so little."""
