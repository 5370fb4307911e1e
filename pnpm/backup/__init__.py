"""Archives of a site, daily backups, restoring, and moving to another database."""
