"""The office's pages of imports: the archive of another system taken in, and taken back."""
