"""Articles and what is done to them: saving, publishing, revisions, tags, headlines."""
