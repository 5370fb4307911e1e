"""The nouns: what there is, what may be done to it, how it is found. No flask here."""

from .article import Article
from .attempt import Attempt
from .comment import Comment
from .log import Entry
from .original import Original
from .setting import Setting
from .sign_in import SignIn
from .trust import Trust
from .user import User

__all__ = ["Article", "Attempt", "Comment", "Entry", "Original", "Setting", "SignIn", "Trust", "User"]
