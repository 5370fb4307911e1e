"""The nouns: what there is, what may be done to it, how it is found. No flask here."""

from .article import Article
from .comment import Comment
from .setting import Setting

__all__ = ["Article", "Comment", "Setting"]
