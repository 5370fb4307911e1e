"""A site whose mail goes to a real server."""
