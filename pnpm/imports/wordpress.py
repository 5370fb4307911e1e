"""WordPress's export (WXR 1.0 to 1.2): an RSS file with what its table of posts holds, comments
within each.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pnpm.imports import bookmarks, xml
from pnpm.imports.bookmarks import Spot
from pnpm.imports.elements import Element, Outline
from pnpm.imports.file_types import HEAD, is_wordpress, name_of, opened
from pnpm.imports.moments import local, rfc822
from pnpm.imports.records import (
    ArchivedArticle,
    ArchivedComment,
    ArchivedPicture,
    ArchivedSite,
    ArchivedStatus,
    ArticleKind,
    Bookmark,
    NotAnArchive,
    Record,
    Unreadable,
)
from pnpm.imports.sites import key_of, origin, site_first
from pnpm.imports.takeout import PICTURES
from pnpm.imports.wordpress_text import as_html, comment_as_html, plain

MOST_AUTHORS = 10_000
_EXPORT = "http://wordpress.org/export/1."
_OUTLINE = Outline(
    root="rss",
    things=("item",),
    parts=("comment",),
    level=2,
    prefixes={f"{_EXPORT}{minor}/": "wp" for minor in range(4)}
    | {f"{_EXPORT}{minor}/excerpt/": "excerpt" for minor in range(4)}
    | {
        "http://purl.org/rss/1.0/modules/content/": "content",
        "http://purl.org/dc/elements/1.1/": "dc",
    },
)
_ARTICLES = {"post": ArticleKind.ARTICLE, "page": ArticleKind.PAGE, "": ArticleKind.ARTICLE}
# Whatever else there is (draft, pending, private, future, of a plug-in) is not for everybody.
_STATUSES = {"publish": ArchivedStatus.PUBLISHED, "trash": ArchivedStatus.DELETED}
_COMMENT_STATUSES = {
    "1": ArchivedStatus.PUBLISHED,
    "approve": ArchivedStatus.PUBLISHED,
    "approved": ArchivedStatus.PUBLISHED,
    "spam": ArchivedStatus.SPAM,
    "trash": ArchivedStatus.DELETED,
    "post-trashed": ArchivedStatus.DELETED,
}
# Kinds of comments that readers wrote and read; a shop's notes on an order are among the others.
_COMMENTS = ("", "comment", "review")
_LABELS = ("", "category", "post_tag", "tag")
_NO_LABELS = ("uncategorized", "tak-berkategori", "tanpa-kategori")
_NUMBER = re.compile(r"[?&](?:p|page_id)=(\d{1,20})(?!\d)")
_NO_PLACE = "this site keeps no such thing"


def read(path: Path, bookmark: str = "") -> Iterator[Record]:
    """Yield what a WordPress export holds: its site, its articles and pages, their comments (before
    them) and its pictures; behind a bookmark, if one is given. Raises NotAnArchive.
    """
    spot, known = bookmarks.opened(bookmark)
    site = _Site(**known)
    return site_first(site.record, _records(path, site, spot))


def _records(path: Path, site: "_Site", spot: Spot | None) -> Iterator[Record]:
    with opened(path) as file:
        head = file.read(HEAD)
        if not is_wordpress(head.replace(b"\x00", b"")):
            raise NotAnArchive(f"This is {name_of(head)}.")
        file.seek(0)
        for element in xml.elements(file, _OUTLINE, spot):
            if isinstance(element, Unreadable):
                yield element
            elif isinstance(element, Spot):
                yield Bookmark(element.bookmark(**site.known))
            elif element.outer is not None:
                site.see(element.outer)
                yield _comment(element, element.outer, site)
            elif element.name == "item":
                site.see(element)
                yield from _item(element, site)
            else:
                site.learn(element)


class _Site:
    """What the head of the file says of its site and its authors."""

    def __init__(
        self,
        title: str = "",
        link: str = "",
        address: str = "",
        names: dict[str, str] | None = None,
        authors: Sequence[str] = (),
    ) -> None:
        self._title, self._link, self._address = title, link, address
        self._names = names or {}
        self.authors = {*authors}

    @property
    def known(self) -> dict[str, Any]:
        """What is known of it so far, as another one is made of that."""
        return {
            "title": self._title,
            "link": self._link,
            "address": self._address,
            "names": self._names,
            "authors": sorted(self.authors),
        }

    @property
    def address(self) -> str:
        """Where the site's own addresses begin, with a slash at its end; empty if not known."""
        address = self._address or self._link
        return f"{address.rstrip('/')}/" if address else ""

    def record(self) -> ArchivedSite:
        """Give the site, by all that is known of it so far."""
        key = key_of(self.address) or self._title
        return ArchivedSite(key=key, title=self._title, address=self.address)

    def learn(self, element: Element) -> None:
        """Take in an element of the channel's head."""
        if element.name == "title":
            self._title = self._title or plain(element.text())
        elif element.name == "link":
            self._link = self._link or element.text().strip()
        elif element.name == "wp:base_blog_url":
            self._address = self._address or element.text().strip()
        elif element.name == "wp:author" and len(self._names) < MOST_AUTHORS:
            login = element.word("wp:author_login")
            self._names[login] = element.word("wp:author_display_name") or login
            self.authors |= {element.word("wp:author_id")} - {"", "0"}

    def see(self, item: Element) -> None:
        """Take the address from an item where the head has none."""
        self._link = self._link or origin(item.word("link"))

    def name_of(self, login: str) -> str:
        """Return the name that an author shows."""
        return self._names.get(login, login)


def _item(item: Element, site: _Site) -> Iterator[Record]:
    kind = item.word("wp:post_type")
    if kind == "attachment" and item.complete:
        yield _attachment(item)
    elif kind in _ARTICLES and (item.complete or _is_known(item)):
        yield _article(item, _ARTICLES[kind], site)
    elif item.complete:
        yield Unreadable(kind, _NO_PLACE, item.line)


def _is_known(item: Element) -> bool:
    """Whether one that was cut off has all that decides what becomes of it: WordPress writes a
    password last.
    """
    needed = ("content:encoded", "wp:post_type", "wp:status", "wp:post_password")
    return all(item.find(name) for name in needed)


def _article(item: Element, kind: ArticleKind, site: _Site) -> ArchivedArticle:
    published = local(item.word("wp:post_date"), item.word("wp:post_date_gmt"))
    return ArchivedArticle(
        key=_key(item),
        title=plain(item.text("title")),
        html=as_html(item.text("content:encoded")),
        kind=kind,
        status=_status(item),
        published_at=published or rfc822(item.word("pubDate")),
        changed_at=local(item.word("wp:post_modified"), item.word("wp:post_modified_gmt")),
        author=site.name_of(item.word("dc:creator")),
        addresses=_addresses(item, kind, site),
        labels=_labels(item),
        comments_open=item.word("wp:comment_status") != "closed",
    )


def _status(item: Element) -> ArchivedStatus:
    """What readers saw of it: one with a password, only who knew that."""
    status = _STATUSES.get(item.word("wp:status"), ArchivedStatus.DRAFT)
    if item.word("wp:post_password") and status == ArchivedStatus.PUBLISHED:
        return ArchivedStatus.DRAFT
    return status


def _key(item: Element) -> str:
    """What WordPress calls an item; where that is missing, what its addresses say, or its title."""
    given = [item.word(name) for name in ("guid", "link", "title")]
    numbers = [found[1] for found in map(_NUMBER.search, given[:2]) if found]
    return next((word for word in (item.word("wp:post_id"), *numbers, *given) if word), "")


def _addresses(item: Element, kind: ArticleKind, site: _Site) -> tuple[str, ...]:
    """Under which it was found: its own, those under its former names, and by its number."""
    own, name, number = item.word("link"), item.word("wp:post_name"), item.word("wp:post_id")
    beginning, found, end = own.rpartition(name) if name else ("", "", "")
    former = [
        f"{beginning}{old}{end}"
        for old in _meta(item, "_wp_old_slug")
        if found and old and len(end) < len("/.html")
    ]
    question = "page_id" if kind == ArticleKind.PAGE else "p"
    short = f"{site.address}?{question}={number}" if number else ""
    guid = item.word("guid")
    every = [own, *former, guid if guid.startswith("http") else "", short]
    return tuple(dict.fromkeys(address for address in every if address))


def _labels(item: Element) -> tuple[str, ...]:
    """Its categories and tags, without the one that stands for none."""
    names = [
        plain(category.text())
        for category in item.every("category")
        if category.attributes.get("domain", "") in _LABELS
        and category.attributes.get("nicename", "") not in _NO_LABELS
    ]
    found: dict[str, str] = {}
    for name in names:
        if name and not _is_no_label(name):
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def _is_no_label(name: str) -> bool:
    return name.casefold().replace(" ", "-") in _NO_LABELS


def _meta(item: Element, key: str) -> list[str]:
    """The values of that key in what plug-ins and WordPress itself noted of an item."""
    return [
        meta.word("wp:meta_value")
        for meta in item.every("wp:postmeta")
        if meta.word("wp:meta_key") == key
    ]


def _attachment(item: Element) -> Record:
    address = item.word("wp:attachment_url") or item.word("guid")
    if not address.partition("?")[0].lower().endswith(PICTURES):
        return Unreadable("attachment", "it is no picture", item.line)
    if _STATUSES.get(item.word("wp:status")) == ArchivedStatus.DELETED:
        return Unreadable("attachment", "it is in the trash there", item.line)
    alt = next(iter(_meta(item, "_wp_attachment_image_alt")), "")
    return ArchivedPicture(address=address, name=plain(item.text("title")), alt=plain(alt))


def _comment(comment: Element, item: Element, site: _Site) -> Record:
    kind = comment.word("wp:comment_type")
    if kind not in _COMMENTS:
        return Unreadable(kind, _NO_PLACE, comment.line)
    moment = local(comment.word("wp:comment_date"), comment.word("wp:comment_date_gmt"))
    number = comment.word("wp:comment_id")
    if moment is None or not number:
        return Unreadable("comment", "it has no number or no moment", comment.line)
    parent = comment.word("wp:comment_parent")
    website = comment.word("wp:comment_author_url")
    user, name = comment.word("wp:comment_user_id"), plain(comment.text("wp:comment_author"))
    return ArchivedComment(
        key=f"{_key(item)}/{number}",
        text=comment_as_html(comment.text("wp:comment_content")),
        created_at=moment,
        article=_key(item),
        article_address=item.word("link"),
        article_title=plain(item.text("title")),
        parent="" if parent in ("", "0") else f"{_key(item)}/{parent}",
        name=name,
        email=comment.word("wp:comment_author_email"),
        website="" if website in ("http://", "https://") else website,
        status=_COMMENT_STATUSES.get(comment.word("wp:comment_approved"), ArchivedStatus.PENDING),
        is_official=user in site.authors,
    )
