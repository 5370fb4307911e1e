"""Requests of persons to see, correct or delete what the site holds about them (UU 27/2022)."""
