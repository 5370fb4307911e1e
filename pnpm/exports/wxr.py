"""The site as WXR 1.2, which WordPress's importer takes: what it says of each element is what its
own exporter writes (wp-admin/includes/export.php).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from html import escape as escaped
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select

from pnpm import files
from pnpm.articles.models import PAGES, Article, Status, slug_of, takes_comments
from pnpm.articles.tags import Label, Labelled
from pnpm.backup.export import reading
from pnpm.comments.models import Comment
from pnpm.comments.models import Status as CommentStatus
from pnpm.db import now
from pnpm.db.types import AnyRow
from pnpm.languages import tag_of
from pnpm.media.models import Illustration, Picture

from . import html
from .site import Site, rows
from .xml import cdata, text

NAMESPACES = {
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wp": "http://wordpress.org/export/1.2/",
}
PICTURES = 1_000_000  # added to a picture's id: WordPress counts articles and attachments together
AUTHOR = 1  # the id of the one author: articles here are the office's
NEVER = "0000-00-00 00:00:00"  # how WordPress writes that there is no moment
LOGIN_LENGTH = 60  # of its column user_login
APPROVED = {
    CommentStatus.PUBLISHED: "1",
    CommentStatus.PENDING: "0",
    CommentStatus.SPAM: "spam",
    CommentStatus.DELETED: "trash",
}
# WordPress keeps titles and names as HTML.
escape = partial(escaped, quote=False)


def keep(path: Path, site: Site) -> int:
    """Write the site to the file at `path`, whole or not at all, and return its size in bytes.
    Raises OSError.
    """
    with reading() as connection, files.replaced(path) as target:
        for piece in _document(connection, site):
            target.write(f"{piece}\n".encode())
    return path.stat().st_size


class _Post(NamedTuple):
    """What WordPress calls a post: an article, a page or a picture."""

    id: int
    title: str
    slug: str
    kind: str
    status: str
    url: str
    html: str
    published_at: datetime | None
    changed_at: datetime
    is_open: bool = False
    is_sticky: bool = False
    parent: int = 0
    attachment: str = ""
    alt: str = ""


def _document(connection: Connection, site: Site) -> Iterator[str]:
    moment = now()
    spaces = "".join(f'\n\txmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())
    yield f'<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0"{spaces}\n>\n<channel>'
    yield from _head(connection, site, moment)
    for article in rows(connection, Article.__table__):
        yield from _item(site, _article(site, article, moment), tags_of(connection, article.id))
        yield from _comments(connection, site, article.id)
        yield "</item>"
    shown_by = _shown_by(connection)
    for picture in rows(connection, Picture.__table__, Picture.deleted_at.is_(None)):
        yield from _item(site, _attachment(site, picture, shown_by.get(picture.id, 0)), [])
        yield "</item>"
    yield "</channel>\n</rss>"


def _head(connection: Connection, site: Site, moment: datetime) -> Iterator[str]:
    yield f"<title>{text(site.words.name)}</title>"
    yield f"<link>{text(site.url)}</link>"
    yield f"<description>{text(site.words.tagline)}</description>"
    yield f"<pubDate>{format_datetime(moment)}</pubDate>"
    yield f"<language>{text(tag_of(site.language))}</language>"
    yield "<wp:wxr_version>1.2</wp:wxr_version>"
    yield f"<wp:base_site_url>{text(site.url)}</wp:base_site_url>"
    yield f"<wp:base_blog_url>{text(site.url)}</wp:base_blog_url>"
    email = site.words.email if site.personal else ""
    yield (
        f"<wp:author><wp:author_id>{AUTHOR}</wp:author_id>"
        f"<wp:author_login>{cdata(_login(site))}</wp:author_login>"
        f"<wp:author_email>{cdata(email)}</wp:author_email>"
        f"<wp:author_display_name>{cdata(escape(site.words.name))}</wp:author_display_name>"
        "<wp:author_first_name></wp:author_first_name>"
        "<wp:author_last_name></wp:author_last_name></wp:author>"
    )
    for label in rows(connection, Label.__table__):
        yield (
            f"<wp:tag><wp:term_id>{label.id}</wp:term_id>"
            f"<wp:tag_slug>{cdata(label.slug)}</wp:tag_slug>"
            f"<wp:tag_name>{cdata(escape(label.name))}</wp:tag_name></wp:tag>"
        )
    yield "<generator>https://wordpress.org/?v=6.0</generator>"


def _login(site: Site) -> str:
    return slug_of(site.words.name, "pengurus")[:LOGIN_LENGTH]


def _article(site: Site, article: AnyRow, moment: datetime) -> _Post:
    status = {
        Status.PUBLISHED: "publish",
        Status.PAGE: "publish",
        Status.DRAFT: "draft",
        Status.DELETED: "trash",
    }[article.status]
    if article.status is Status.PUBLISHED and article.published_at > moment:
        status = "future"
    is_page = article.slug.startswith(PAGES)
    return _Post(
        id=article.id,
        title=article.title,
        slug=article.slug.rpartition("/")[2],
        kind="page" if is_page else "post",
        status=status,
        url=html.url_of(site, article),
        html=html.article_html(site, article),
        published_at=article.saved_at if is_page else article.published_at,
        changed_at=max(article.saved_at, article.published_at or article.saved_at),
        is_open=not is_page and takes_comments(article, site.days, moment),
        is_sticky=site.words.pinned == article.id,
    )


def _attachment(site: Site, picture: AnyRow, parent: int) -> _Post:
    url = html.picture_url(site, picture)
    return _Post(
        id=PICTURES + picture.id,
        title=picture.name,
        slug=slug_of(picture.name),
        kind="attachment",
        status="inherit",
        url=url,
        html="",
        published_at=picture.created_at,
        changed_at=picture.created_at,
        parent=parent,
        attachment=url,
        alt=picture.alt,
    )


def _item(site: Site, post: _Post, tags: list[AnyRow]) -> Iterator[str]:
    """Yield a post without its end."""
    listed = post.published_at or post.changed_at
    yield "<item>"
    yield f"<title>{cdata(escape(post.title))}</title>"
    yield f"<link>{text(post.url)}</link>"
    yield f"<pubDate>{format_datetime(listed.astimezone(UTC))}</pubDate>"
    yield f"<dc:creator>{cdata(_login(site))}</dc:creator>"
    yield f'<guid isPermaLink="false">tag:{site.identity}.invalid,2026:post-{post.id}</guid>'
    yield "<description></description>"
    yield f"<content:encoded>{cdata(post.html)}</content:encoded>"
    yield "<excerpt:encoded><![CDATA[]]></excerpt:encoded>"
    yield f"<wp:post_id>{post.id}</wp:post_id>"
    yield from _moments("post_date", listed, site, is_set=post.published_at is not None)
    yield from _moments("post_modified", post.changed_at, site)
    yield f"<wp:comment_status>{'open' if post.is_open else 'closed'}</wp:comment_status>"
    yield "<wp:ping_status>closed</wp:ping_status>"
    yield f"<wp:post_name>{cdata(post.slug)}</wp:post_name>"
    yield f"<wp:status>{post.status}</wp:status>"
    yield f"<wp:post_parent>{post.parent}</wp:post_parent>"
    yield "<wp:menu_order>0</wp:menu_order>"
    yield f"<wp:post_type>{post.kind}</wp:post_type>"
    yield "<wp:post_password></wp:post_password>"
    yield f"<wp:is_sticky>{int(post.is_sticky)}</wp:is_sticky>"
    if post.attachment:
        yield f"<wp:attachment_url>{cdata(post.attachment)}</wp:attachment_url>"
    if post.alt:
        yield (
            "<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key>"
            f"<wp:meta_value>{cdata(escape(post.alt))}</wp:meta_value></wp:postmeta>"
        )
    for tag in tags:
        name = cdata(escape(tag.name))
        yield f'<category domain="post_tag" nicename="{text(tag.slug)}">{name}</category>'


def _comments(connection: Connection, site: Site, number: int) -> Iterator[str]:
    known: set[int] = set()  # a comment that is answered has to be there before
    for comment in rows(connection, Comment.__table__, Comment.article_id == number):
        email = comment.email if site.personal else ""
        yield "<wp:comment>"
        yield f"<wp:comment_id>{comment.id}</wp:comment_id>"
        yield f"<wp:comment_author>{cdata(escape(comment.name))}</wp:comment_author>"
        yield f"<wp:comment_author_email>{cdata(email)}</wp:comment_author_email>"
        yield f"<wp:comment_author_url>{text(comment.website)}</wp:comment_author_url>"
        yield "<wp:comment_author_IP></wp:comment_author_IP>"
        yield from _moments("comment_date", comment.created_at, site)
        yield f"<wp:comment_content>{cdata(html.comment_html(comment))}</wp:comment_content>"
        yield f"<wp:comment_approved>{APPROVED[comment.status]}</wp:comment_approved>"
        yield "<wp:comment_type>comment</wp:comment_type>"
        yield f"<wp:comment_parent>{html.answers(comment, known) or 0}</wp:comment_parent>"
        yield f"<wp:comment_user_id>{AUTHOR if comment.official else 0}</wp:comment_user_id>"
        yield "</wp:comment>"
        known.add(comment.id)


def _moments(name: str, moment: datetime, site: Site, is_set: bool = True) -> Iterator[str]:
    """Yield a moment in the site's zone and in UTC, which a draft has not."""
    local, utc = (each.strftime("%Y-%m-%d %H:%M:%S") for each in _clocks(moment, site))
    yield f"<wp:{name}>{local}</wp:{name}>"
    yield f"<wp:{name}_gmt>{utc if is_set else NEVER}</wp:{name}_gmt>"


def _clocks(moment: datetime, site: Site) -> tuple[datetime, datetime]:
    return moment.astimezone(site.zone), moment.astimezone(UTC)


def tags_of(connection: Connection, number: int) -> list[AnyRow]:
    """Return the names and slugs of an article's labels, in order."""
    query = select(Label.name, Label.slug).join(Labelled).where(Labelled.article_id == number)
    return list(connection.execute(query.order_by(Labelled.place)))


def _shown_by(connection: Connection) -> dict[int, int]:
    """Return the first article that shows each picture, by the pictures' ids."""
    query = select(Illustration.picture_id, Illustration.article_id)
    found: dict[int, int] = {}
    for row in connection.execute(query.order_by(Illustration.article_id)):
        found.setdefault(row.picture_id, row.article_id)
    return found
