"""The database, its tables, the audit trail, and random tokens."""
