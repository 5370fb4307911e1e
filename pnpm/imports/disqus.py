"""Disqus's export: the threads of a forum, each with its page's address, and their comments."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pnpm.imports import bookmarks, xml
from pnpm.imports.bookmarks import Spot
from pnpm.imports.elements import Element, Outline
from pnpm.imports.file_types import opened
from pnpm.imports.moments import iso
from pnpm.imports.records import (
    ArchivedComment,
    ArchivedSite,
    ArchivedStatus,
    Bookmark,
    Record,
    Unreadable,
)
from pnpm.imports.sites import key_of, origin, site_first

# Comments that stand before their thread and are kept until it comes; none that is LONG.
MOST_WAITING, LONG = 2_000, 10_000
MOST_KEPT = 20_000  # threads that are kept with a bookmark
_OUTLINE = Outline(
    root="disqus",
    things=("thread", "post"),
    prefixes={"http://disqus.com": "", "http://disqus.com/disqus-internals": "dsq"},
)


class _Threads:
    """The threads so far by their numbers: what each comment says of its own."""

    def __init__(
        self,
        forum: str = "",
        address: str = "",
        threads: dict[str, tuple[str, str, str, bool]] | None = None,
    ) -> None:
        self.forum, self.address = forum, address
        self._known = threads or {}

    @property
    def known(self) -> dict[str, Any]:
        """What is known of them so far, as others are made of that."""
        return {"forum": self.forum, "address": self.address, "threads": self._known}

    def site(self) -> ArchivedSite:
        """Give the site, by all that is known of it so far."""
        key = self.forum or key_of(self.address)
        return ArchivedSite(key=key, title=self.forum, address=self.address)

    def add(self, thread: Element) -> None:
        address = thread.word("link") or _address(thread.word("id"))
        self.forum = self.forum or thread.word("forum")
        self.address = self.address or origin(address)
        owner = thread.find("author")
        self._known[_number(thread)] = (
            address,
            thread.word("title"),
            owner.word("username") if owner else "",
            thread.word("isDeleted") == "true",
        )

    def has(self, post: Element) -> bool:
        return _number(post.find("thread")) in self._known

    def comment(self, post: Element) -> ArchivedComment | Unreadable:
        """Give a comment as a record."""
        thread = self._known.get(_number(post.find("thread")), ("", "", "", False))
        address, title, owner, is_deleted = thread
        author = post.find("author") or post
        moment = iso(post.word("createdAt"))
        if moment is None or not _number(post):
            return Unreadable("post", "it has no number or no moment", post.line)
        return ArchivedComment(
            key=_number(post),
            text=post.text("message").strip(),
            created_at=moment,
            article_address=address,
            article_title=title,
            parent=_number(post.find("parent")),
            name=author.word("name"),
            email=author.word("email"),
            status=ArchivedStatus.DELETED if is_deleted else _status(post),
            is_official=bool(owner) and author.word("username") == owner,
        )


def read(path: Path, bookmark: str = "") -> Iterator[Record]:
    """Yield what a Disqus export holds: its site, then its comments; behind a bookmark, if one is
    given. Raises NotAnArchive.
    """
    spot, known = bookmarks.opened(bookmark)
    threads = _Threads(**known)
    return site_first(threads.site, _records(path, threads, spot))


def _records(path: Path, threads: _Threads, spot: Spot | None) -> Iterator[Record]:
    waiting: list[Element] = []
    with opened(path) as file:
        for element in xml.elements(file, _OUTLINE, spot):
            if isinstance(element, Unreadable):
                yield element
            elif isinstance(element, Spot):
                if not waiting and len(threads.known["threads"]) <= MOST_KEPT:
                    yield Bookmark(element.bookmark(**threads.known))
            elif element.name == "category":
                threads.forum = threads.forum or element.word("forum")
            elif element.name == "thread" and element.complete:
                threads.add(element)
            elif element.name == "post" and element.complete:
                may_wait = len(waiting) < MOST_WAITING and len(element.text("message")) < LONG
                if may_wait and not threads.has(element):
                    waiting.append(element)
                else:
                    yield threads.comment(element)
    for post in waiting:
        yield threads.comment(post)


def _status(post: Element) -> ArchivedStatus:
    if post.word("isDeleted") == "true":
        return ArchivedStatus.DELETED
    if post.word("isSpam") == "true":
        return ArchivedStatus.SPAM
    if post.word("isApproved") == "false":
        return ArchivedStatus.PENDING
    return ArchivedStatus.PUBLISHED


def _number(element: Element | None) -> str:
    """The number that Disqus gave to an element, or to what it refers to."""
    attributes = element.attributes if element else {}
    return next((value for name, value in attributes.items() if name.endswith(":id")), "")


def _address(identifier: str) -> str:
    """The address in what a page calls itself: WordPress's plug-in writes `12 http://…/?p=12`."""
    return next((word for word in identifier.split() if word.startswith(("http", "/"))), "")
