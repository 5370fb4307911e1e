"""What answers before the program is loaded; it imports nothing of the program."""
