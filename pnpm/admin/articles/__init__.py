"""The office's pages for articles."""
