"""Who is asking, and what they may do: sign-in, sessions, claims, the table of roles and operations."""
