"""Accounts: users, their sessions, two-factor authentication and login throttling."""
