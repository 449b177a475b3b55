"""The ledger: what was judged, what was deployed, what went wrong, in a chain that shows when it was changed.

``chain`` links entries by digest, ``store`` keeps them in a database, ``events`` says what an entry may hold. The rest are
pure functions over them: ``deployments`` (what is where), ``matrix``, ``dora``, ``calibration``, ``trend``. Only ``store``
imports SQLAlchemy.
"""
