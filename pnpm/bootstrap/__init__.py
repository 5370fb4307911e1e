"""What answers before the program is loaded; it needs nothing of the program."""
