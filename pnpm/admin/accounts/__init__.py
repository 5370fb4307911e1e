"""The office's pages about accounts and signing in."""
