"""What every page needs of Flask, whether readers or the office ask for it."""
