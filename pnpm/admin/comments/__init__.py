"""The office's pages about comments."""
