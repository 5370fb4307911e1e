"""The guides within the office: as pages, with a search."""
