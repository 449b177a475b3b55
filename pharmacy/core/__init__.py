"""What every capability stands on: time, database, tables, problems, the application's own protection."""
