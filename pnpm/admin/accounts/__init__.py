"""The office's pages for accounts and signing in."""
