"""Who is told by mail of new comments: asked for, confirmed, told, and forgotten again."""
