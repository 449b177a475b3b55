"""How the tables came to be what they are: one numbered revision for each change, run in their order by Alembic."""
