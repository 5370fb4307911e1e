"""The office's pages about articles."""
