"""What the archive of another system holds, one record a thing, as the reader of that system gives
it: nothing is cleaned, judged or looked up yet.

A reader is a function that takes the path of a file and yields records in the file's order, with
no more of the file in memory than one of them. The first is an `ArchivedSite`. A `key` is what the
other system calls a thing, and is the same in each later archive of the same site.
"""

import enum
from dataclasses import dataclass
from datetime import datetime


class System(enum.Enum):
    """A system whose archives can be taken in."""

    BLOGGER = "blogger"
    WORDPRESS = "wordpress"
    DISQUS = "disqus"
    ISSO = "isso"
    REMARK42 = "remark42"


class ArchivedStatus(enum.Enum):
    """What readers of the other site saw of an article or a comment."""

    PUBLISHED = "published"
    DRAFT = "draft"  # of articles
    PENDING = "pending"  # of comments
    SPAM = "spam"  # of comments
    DELETED = "deleted"


class ArticleKind(enum.Enum):
    """What an article is: one of those that are listed by date, or a page about the site."""

    ARTICLE = "article"
    PAGE = "page"


@dataclass(frozen=True)
class ArchivedSite:
    """The site that an archive is of. `key` tells it from the other sites of that system: its
    number there, else its address, else its title. `address` is its URL, empty where that is not
    known.
    """

    key: str
    title: str = ""
    address: str = ""


@dataclass(frozen=True)
class ArchivedArticle:
    """An article or page. `addresses` are the URLs (or paths) under which readers found it, the one
    that the other site itself uses first; moments are aware, with the offset that the archive has.
    """

    key: str
    title: str
    html: str
    kind: ArticleKind = ArticleKind.ARTICLE
    status: ArchivedStatus = ArchivedStatus.PUBLISHED
    published_at: datetime | None = None
    changed_at: datetime | None = None
    author: str = ""
    addresses: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    comments_open: bool = True


@dataclass(frozen=True)
class ArchivedComment:
    """A comment under the article of the key `article`; where the archive holds no articles
    (Disqus, Isso, Remark42) that is empty, and `article_address` and `article_title` say which it
    was. `parent` is the key of the comment that it answers, at any depth (empty: none). `text` is
    HTML if `is_html`, else as it was typed.
    """

    key: str
    text: str
    created_at: datetime
    is_html: bool = True
    article: str = ""
    article_address: str = ""
    article_title: str = ""
    parent: str = ""
    name: str = ""
    email: str = ""
    website: str = ""
    status: ArchivedStatus = ArchivedStatus.PUBLISHED
    # written by who runs the other site
    is_official: bool = False


@dataclass(frozen=True)
class ArchivedPicture:
    """A picture that the archive names apart from the articles that show it (a WordPress
    attachment), under its URL; or one whose file is in the archive itself: then `file` is its name
    there.
    """

    address: str
    name: str = ""
    alt: str = ""
    file: str = ""


@dataclass(frozen=True)
class Unreadable:
    """A part of the file that could not be read, or a thing that this site has no place for (a menu
    item, a pingback): where (a line, counted from 1; None: not known), what, and why, in English.
    """

    what: str
    why: str
    line: int | None = None


@dataclass(frozen=True)
class Bookmark:
    """Where a reader can begin again, behind all that it has given so far: `read(path, state)` of
    the same reader then gives what follows. A reader of large files gives one now and then, so that
    reading them comes to an end although it is stopped every few seconds.
    """

    state: str


Record = ArchivedSite | ArchivedArticle | ArchivedComment | ArchivedPicture | Unreadable | Bookmark


class NotAnArchive(Exception):
    """The file is no archive of that system, or one that is refused; says why, for who chose it."""
