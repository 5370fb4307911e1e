"""The site as Blogger's own archive: one Atom feed with the articles and pages, then what readers
wrote under them. Blogger has no place for comments that wait, or were thrown away: they stay out.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, func, select

from pnpm import files
from pnpm.articles.models import Article, Status
from pnpm.backup.export import reading
from pnpm.comments.models import Comment
from pnpm.comments.models import Status as CommentStatus
from pnpm.db import now
from pnpm.db.types import AnyRow

from . import html
from .site import Site, rows
from .wxr import tags_of
from .xml import text

NAMESPACES = {
    "": "http://www.w3.org/2005/Atom",
    "openSearch": "http://a9.com/-/spec/opensearchrss/1.0/",
    "gd": "http://schemas.google.com/g/2005",
    "thr": "http://purl.org/syndication/thread/1.0",
    "app": "http://purl.org/atom/app#",
}
KIND = "http://schemas.google.com/g/2005#kind"
LABEL = "http://www.blogger.com/atom/ns#"
NOBODY = "noreply@blogger.com"  # whom Blogger names in place of an address
# Blogger's numbers are of 19 digits, and posts and comments share them.
BLOG, POSTS, COMMENTS = 10**18, 2 * 10**18, 3 * 10**18


def keep(path: Path, site: Site) -> int:
    """Write the site to the file at `path`, whole or not at all, and return its size in bytes.
    Raises OSError.
    """
    with reading() as connection, files.replaced(path) as target:
        for piece in _document(connection, site):
            target.write(f"{piece}\n".encode())
    return path.stat().st_size


def _document(connection: Connection, site: Site) -> Iterator[str]:
    blog = BLOG + int(site.identity, 16) % BLOG
    moment = now()
    spaces = " ".join(
        f'xmlns:{name}="{uri}"' if name else f'xmlns="{uri}"' for name, uri in NAMESPACES.items()
    )
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<feed {spaces}>'
    yield f"<id>tag:blogger.com,1999:blog-{blog}.archive</id>"
    yield f"<updated>{_moment(moment, site)}</updated>"
    yield f'<title type="text">{text(site.words.name)}</title>'
    yield f'<link rel="alternate" type="text/html" href="{text(site.url)}/"/>'
    yield _author(site.words.name)
    yield '<generator version="7.00" uri="https://www.blogger.com">Blogger</generator>'
    counts = _counts(connection)
    for article in rows(connection, Article.__table__, Article.status != Status.DELETED):
        yield from _post(connection, site, blog, article, counts.get(article.id, 0))
    for article in rows(connection, Article.__table__, Article.status != Status.DELETED):
        if article.id in counts:
            yield from _comments(connection, site, blog, article)
    yield "</feed>"


def _post(
    connection: Connection, site: Site, blog: int, article: AnyRow, count: int
) -> Iterator[str]:
    kind = "page" if article.status is Status.PAGE else "post"
    page = text(html.url_of(site, article))
    yield "<entry>"
    yield f"<id>{_post_tag(blog, article.id)}</id>"
    yield from _moments(site, article.published_at or article.saved_at, article.saved_at)
    yield _category(KIND, f"http://schemas.google.com/blogger/2008/kind#{kind}")
    for label in tags_of(connection, article.id):
        yield _category(LABEL, label.name)
    if article.status is Status.DRAFT:
        yield "<app:control><app:draft>yes</app:draft></app:control>"
    yield f'<title type="text">{text(article.title)}</title>'
    yield f'<content type="html">{text(html.article_html(site, article))}</content>'
    if article.status is not Status.DRAFT:
        title = text(article.title)
        yield f'<link rel="alternate" type="text/html" href="{page}" title="{title}"/>'
    yield _author(site.words.name)
    yield f"<thr:total>{count}</thr:total>"
    yield "</entry>"


def _comments(connection: Connection, site: Site, blog: int, article: AnyRow) -> Iterator[str]:
    page, known = html.url_of(site, article), set[int]()
    for comment in rows(connection, Comment.__table__, *_seen(article.id)):
        if comment.parent_id and comment.parent_id not in known:
            continue  # readers do not see what it answers, nor it
        there = f"{POSTS + article.id}/comments/default"
        yield "<entry>"
        yield f"<id>tag:blogger.com,1999:blog-{blog}.post-{COMMENTS + comment.id}</id>"
        yield from _moments(site, comment.created_at, comment.created_at)
        yield _category(KIND, "http://schemas.google.com/blogger/2008/kind#comment")
        yield f'<title type="text">{text(_title(comment))}</title>'
        yield f'<content type="html">{text(html.comment_html(comment))}</content>'
        link = text(f"{page}?showComment={int(comment.created_at.timestamp() * 1000)}")
        anchor = f"#c{COMMENTS + comment.id}"
        yield f'<link rel="alternate" type="text/html" href="{link}{anchor}" title=""/>'
        if number := html.answers(comment, known):
            feed = f"http://www.blogger.com/feeds/{blog}/{there}/{COMMENTS + number}"
            yield f'<link rel="related" type="application/atom+xml" href="{feed}"/>'
        yield _author(
            comment.name or site.nobody, comment.website, comment.email if site.personal else ""
        )
        yield (
            f'<thr:in-reply-to ref="{_post_tag(blog, article.id)}" href="{text(page)}"'
            f' source="http://www.blogger.com/feeds/{blog}/posts/default/{POSTS + article.id}"'
            ' type="text/html"/>'
        )
        yield "</entry>"
        known.add(comment.id)


def _seen(number: int) -> tuple[ColumnElement[bool], ...]:
    return Comment.article_id == number, Comment.status == CommentStatus.PUBLISHED


def _counts(connection: Connection) -> dict[int, int]:
    """Return how many published comments each article has."""
    query = select(Comment.article_id, func.count()).where(
        Comment.status == CommentStatus.PUBLISHED
    )
    return dict(iter(connection.execute(query.group_by(Comment.article_id))))


def _title(comment: AnyRow) -> str:
    """Return what Blogger calls a comment by: the beginning of its text."""
    words = " ".join(comment.body.split())
    return words if len(words) <= 60 else f"{words[:57]}..."


def _author(name: str, website: str = "", email: str = "") -> str:
    uri = f"<uri>{text(website)}</uri>" if website else ""
    return f"<author><name>{text(name)}</name>{uri}<email>{text(email or NOBODY)}</email></author>"


def _category(scheme: str, term: str) -> str:
    return f'<category scheme="{scheme}" term="{text(term)}"/>'


def _post_tag(blog: int, number: int) -> str:
    return f"tag:blogger.com,1999:blog-{blog}.post-{POSTS + number}"


def _moments(site: Site, published: datetime, updated: datetime) -> Iterator[str]:
    yield f"<published>{_moment(published, site)}</published>"
    yield f"<updated>{_moment(max(published, updated), site)}</updated>"


def _moment(moment: datetime, site: Site) -> str:
    return moment.astimezone(site.zone).isoformat(timespec="milliseconds")
