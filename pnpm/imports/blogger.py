"""Blogger's exports: the Atom file of old (`blog-12-20-2012.xml`), and Takeout's `feed.atom` since
2018, by itself or within Takeout's zip.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pnpm.imports import bookmarks, takeout, xml
from pnpm.imports.bookmarks import Spot
from pnpm.imports.elements import Element, Outline
from pnpm.imports.file_types import is_blogger, name_of
from pnpm.imports.moments import iso
from pnpm.imports.records import (
    ArchivedArticle,
    ArchivedComment,
    ArchivedSite,
    ArchivedStatus,
    ArticleKind,
    Bookmark,
    NotAnArchive,
    Record,
    Unreadable,
)
from pnpm.imports.sites import key_of, origin, site_first

MOST_KNOWN = 100_000  # articles whose numbers are remembered, to see that one comes twice
_ATOM = "http://www.w3.org/2005/Atom"
_OUTLINE = Outline(
    root="feed",
    things=("entry",),
    prefixes={
        _ATOM: "",
        "http://schemas.google.com/blogger/2018": "blogger",
        "http://purl.org/atom/app#": "app",
        "http://www.w3.org/2007/app": "app",
        "http://purl.org/syndication/thread/1.0": "thr",
        "http://schemas.google.com/g/2005": "gd",
    },
)
_KIND = "http://schemas.google.com/g/2005#kind"
_LABEL = ("http://www.blogger.com/atom/ns#", "tag:blogger.com,")
_NOBODY = "noreply@blogger.com"
_ARTICLES = {"post": ArticleKind.ARTICLE, "page": ArticleKind.PAGE}
# What Blogger's interface calls them (API v3), and what Takeout writes: of articles …
_STATUSES = {
    "LIVE": ArchivedStatus.PUBLISHED,
    "": ArchivedStatus.PUBLISHED,
    "SOFT_TRASHED": ArchivedStatus.DELETED,
    "HARD_TRASHED": ArchivedStatus.DELETED,
}
# … and of comments. One that is not known is held.
_COMMENT_STATUSES = {
    "LIVE": ArchivedStatus.PUBLISHED,
    "": ArchivedStatus.PUBLISHED,
    "SPAM": ArchivedStatus.SPAM,
    "SPAM_COMMENT": ArchivedStatus.SPAM,
    "GHOSTED": ArchivedStatus.SPAM,
    "EMPTIED": ArchivedStatus.DELETED,
    "DELETED": ArchivedStatus.DELETED,
    "SOFT_TRASHED": ArchivedStatus.DELETED,
    "HARD_TRASHED": ArchivedStatus.DELETED,
}


def read(path: Path, bookmark: str = "") -> Iterator[Record]:
    """Yield what a Blogger export holds: its site, its articles and comments, and the pictures that
    are in a zip of Takeout; behind a bookmark, if one is given. `FILE.zip:NAME` names one of
    several blogs in a zip. Raises NotAnArchive.
    """
    spot, known = bookmarks.opened(bookmark)
    blog = _Blog(**known)
    return site_first(blog.site, _records(path, blog, spot))


def _records(path: Path, blog: "_Blog", spot: Spot | None) -> Iterator[Record]:
    with takeout.opened(path) as found:
        if not found.zip and not is_blogger(found.head.replace(b"\x00", b"")):
            raise NotAnArchive(f"This is {name_of(found.head)}.")
        for element in xml.elements(found.feed, _OUTLINE, spot):
            if isinstance(element, Unreadable):
                yield element
            elif isinstance(element, Spot):
                yield Bookmark(element.bookmark(**blog.known))
            elif element.name != "entry":
                blog.learn(element)
            elif element.complete:
                yield blog.record(element)
        yield from found.damages()
        yield from found.pictures()


class _Blog:
    """What is known of the blog, from the head of its feed and from the entries so far."""

    def __init__(
        self,
        number: str = "",
        title: str = "",
        address: str = "",
        writers: Sequence[str] = (),
        articles: dict[str, str] | None = None,
    ) -> None:
        self._number, self._title, self._address = number, title, address
        self._writers = {*writers}
        self._known = articles or {}

    @property
    def known(self) -> dict[str, Any]:
        """What is known of it so far, as another one is made of that."""
        return {
            "number": self._number,
            "title": self._title,
            "address": self._address,
            "writers": sorted(self._writers),
            "articles": self._known,
        }

    def site(self) -> ArchivedSite:
        """Give the site, by all that is known of it so far."""
        key = self._number or key_of(self._address) or self._title
        return ArchivedSite(key=key, title=self._title, address=self._address)

    def learn(self, element: Element) -> None:
        """Take in an element of the feed's head."""
        if element.name == "id":
            self._number = self._number or _blog_number(element.text())
        elif element.name == "title":
            self._title = self._title or element.text().strip()
        elif element.name == "link" and element.attributes.get("rel", "alternate") == "alternate":
            self._address = self._address or element.attributes.get("href", "")
        elif element.name == "author":
            self._writers |= {element.word("uri")} - {""}

    def record(self, entry: Element) -> Record:
        """Give what an entry is."""
        self._number = self._number or _blog_number(entry.word("id"))
        kind = _kind(entry)
        if kind == "comment":
            return self._comment(entry)
        if kind in _ARTICLES:
            return self._article(entry, _ARTICLES[kind])
        return Unreadable(kind, "this site keeps no such thing", entry.line)

    def _article(self, entry: Element, kind: ArticleKind) -> Record:
        address = _link(entry, "alternate") or entry.word("blogger:filename")
        self._address = self._address or origin(address)
        author = entry.find("author")
        if author and len(self._writers) < MOST_KNOWN:
            self._writers |= {author.word("uri")} - {""}
        title, text = entry.word("title"), _html(entry.find("content") or entry.find("summary"))
        published = iso(entry.word("published")) or iso(entry.word("blogger:created"))
        return ArchivedArticle(
            key=self._only_key(_key(entry.word("id")) or address or title, f"{title} {text}"),
            title=title,
            html=text,
            kind=kind,
            status=_status(entry, published),
            published_at=published,
            changed_at=iso(entry.word("updated")),
            author=author.word("name") if author else "",
            addresses=(address,) if address else (),
            labels=_labels(entry),
        )

    def _only_key(self, key: str, text: str) -> str:
        """The key of an article; one of its own if the file calls another article the same."""
        content = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
        number, name = 1, key
        while self._known.get(name, content) != content:
            number += 1
            name = f"{key}#{number}"
        if len(self._known) < MOST_KNOWN:
            self._known[name] = content
        return name

    def _comment(self, entry: Element) -> Record:
        moment = iso(entry.word("published")) or iso(entry.word("blogger:created"))
        key = _key(entry.word("id"))
        if moment is None or not key:
            return Unreadable("comment", "it has no number or no moment", entry.line)
        reply = entry.find("thr:in-reply-to")
        article = reply.attributes if reply else {}
        author = entry.find("author") or entry
        uri, mailbox = author.word("uri"), author.word("email")
        return ArchivedComment(
            key=key,
            text=_with_breaks(_html(entry.find("content") or entry.find("summary"))),
            created_at=moment,
            article=_key(entry.word("blogger:parent") or article.get("ref", "")),
            article_address=article.get("href", ""),
            parent=_key(entry.word("blogger:inReplyTo")) or _last_part(_link(entry, "related")),
            name=author.word("name"),
            email="" if mailbox.lower() == _NOBODY else mailbox,
            website=uri,
            status=_comment_status(entry),
            is_official=uri in self._writers,
        )


def _kind(entry: Element) -> str:
    """What an entry is, in small letters: post, page, comment, settings, template."""
    for category in entry.every("category"):
        if category.attributes.get("scheme") == _KIND:
            return category.attributes.get("term", "").rpartition("#")[2].lower() or "entry"
    given = entry.word("blogger:type").lower()
    if given:
        return given
    if entry.find("thr:in-reply-to"):
        return "comment"
    return "post" if ".post-" in entry.word("id") else "entry"


def _status(entry: Element, published: datetime | None) -> ArchivedStatus:
    if entry.word("blogger:trashed"):
        return ArchivedStatus.DELETED
    control = entry.find("app:control")
    if control and control.word("app:draft") == "yes":
        return ArchivedStatus.DRAFT
    if published and published > datetime.now(UTC):
        return ArchivedStatus.DRAFT  # waits for its moment
    return _STATUSES.get(entry.word("blogger:status").upper(), ArchivedStatus.DRAFT)


def _comment_status(entry: Element) -> ArchivedStatus:
    properties = {
        each.attributes.get("name", ""): each.attributes.get("value", "")
        for each in entry.every("gd:extendedProperty")
    }
    if "blogger.contentRemoved" in properties or entry.word("blogger:trashed"):
        return ArchivedStatus.DELETED
    given = entry.word("blogger:status").upper()
    return _COMMENT_STATUSES.get(given, ArchivedStatus.PENDING)


def _labels(entry: Element) -> tuple[str, ...]:
    """Its labels, which Takeout marks with the blog's own tag, or not at all."""
    names = [
        category.attributes.get("term", "").strip()
        for category in entry.every("category")
        if category.attributes.get("scheme", _LABEL[0]).startswith(_LABEL)
    ]
    return tuple(dict.fromkeys(name for name in names if name))


def _link(entry: Element, relation: str) -> str:
    """Where its link of that relation leads to, as HTML if there are several."""
    links = [
        link.attributes for link in entry.every("link") if link.attributes.get("rel") == relation
    ]
    links.sort(key=lambda link: link.get("type") != "text/html")
    return next((link["href"] for link in links if link.get("href")), "")


def _html(content: Element | None) -> str:
    """The text of an entry as HTML."""
    if content is None:
        return ""
    text = content.text()
    if content.attributes.get("type") == "text":
        text = text.replace("&", "&amp;").replace("<", "&lt;")
    return text


def _with_breaks(text: str) -> str:
    """A comment's text with breaks where its lines end, if it has no tags for that."""
    has_breaks = any(tag in text.lower() for tag in ("<br", "<p>", "<p "))
    return text if has_breaks else text.strip().replace("\n", "<br>\n")


def _key(identifier: str) -> str:
    """The number at the end of `tag:blogger.com,1999:blog-5.post-42`, else the whole."""
    number = identifier.strip().rpartition("-")[2]
    return number if number.isdigit() else identifier.strip()


def _blog_number(identifier: str) -> str:
    number = identifier.partition("blog-")[2].partition(".")[0].strip()
    return number if number.isdigit() else ""


def _last_part(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]
