"""The gate: holds results, run records and the parent's observation against the plan, and answers.

``reading`` turns a folder into ``evidence``, ``rules`` say what speaks against it, ``verdict`` weighs that, ``explain``
says it, ``command`` is `nameraka gate`. Nothing here imports pytest or anything that a scenario needs.
"""
