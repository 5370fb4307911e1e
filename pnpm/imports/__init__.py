"""Taking in the archives of other systems: what they hold, and how it becomes part of this site."""
