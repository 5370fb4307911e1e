"""The nouns: what there is, what may be done to it, how it is found. No flask here."""

from .article import Article
from .attempt import Attempt
from .comment import Comment
from .former import Former
from .label import Label, Labelled
from .log import Entry
from .original import Original
from .picture import Illustration, Picture
from .setting import Setting
from .sign_in import SignIn
from .trust import Trust
from .user import User
from .version import Version

__all__ = [
    "Article",
    "Attempt",
    "Comment",
    "Entry",
    "Former",
    "Illustration",
    "Label",
    "Labelled",
    "Original",
    "Picture",
    "Setting",
    "SignIn",
    "Trust",
    "User",
    "Version",
]
