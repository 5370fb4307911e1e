"""Search: words and their stems, what readers type, the full-text index of each engine, excerpts.

What is found, and by whom it may be seen, is the articles' and the comments' own.
"""
