"""Accounts: sign-up, sign-in, sessions, keys, members and administration."""
