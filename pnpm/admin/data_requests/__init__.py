"""The office's pages of persons' requests for their data."""
