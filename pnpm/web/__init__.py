"""What every page needs of Flask, for readers and for the office."""
