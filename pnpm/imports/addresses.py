"""The addresses that articles had on another system: how they are written, where they lead now, and
the slug that keeps an article where it was.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import parse_qsl, unquote, urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Connection,
    ForeignKey,
    String,
    and_,
    bindparam,
    exists,
    insert,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.articles.models import (
    PAGES,
    SLUG_LENGTH,
    VISIBLE,
    Article,
    Redirect,
    Status,
    address,
    dated_slug,
    free_slug,
    last_of,
    of_a_page,
    slug_of,
)
from pnpm.db import Model, db
from pnpm.db.types import AnyRow, LongText
from pnpm.markup.urls import parts_of

LONGEST_ADDRESS = 2_000  # characters: what is longer was no article's
NUMBERS = "p", "page_id"  # in WordPress's queries: of an article, of a page
ROUNDS = 3  # of decoding: some servers give a path as it was sent, and some archives encode twice
# what counts visits, or asks for another view of the same page
TRACKING = re.compile(
    r"utm_.*|m|fbclid|gclid|msclkid|igshid|mc_[ce]id|_ga|spref|ref|share|replytocom|showComment"
    r"|commentPage|cpage|like_comment|preview|amp"
)
# an address without a scheme, as people write it
HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::[0-9]+)?")
# the ends of addresses that show the same article
VIEWS = re.compile(r"(?:/comment-page-[0-9]+|/amp|/index\.(?:html?|php))\Z")
# Blogger's addresses, of articles and of pages
ARTICLE = re.compile(r"/([0-9]{4})/(0[1-9]|1[0-2])/([^/]+)\.html")
_PAGE = re.compile(r"/p/([^/]+)\.html")
# the last part of an address that can be a slug as it is
_LAST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.~-]*")
ENDING = re.compile(r"\.(?:html?|php|aspx?)\Z")
LONGEST_LAST = SLUG_LENGTH - 8  # characters of one that gets a date, and perhaps a number, too
NOTHING = "halaman"  # the slug of a page whose title has no ASCII letter
# Pages whose text says what this program does, which no archive can know.
RESERVED = {"privasi"}


class OldAddress(Model):
    """An address that an article had on another system, and that does not lead to it by itself. It
    is found by the digest: addresses are longer than what MariaDB can index.
    """

    __tablename__ = "old_address"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    path: Mapped[str] = mapped_column(LongText)
    article_id: Mapped[int] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), index=True
    )
    run_id: Mapped[int | None]  # of the import that brought it


# readers can see it, or it is a page about the site
_SEEN = or_(Article.status == Status.PAGE, and_(*VISIBLE))
_FOUND = (
    select(OldAddress.digest, Article.id, Article.slug, Article.published_at)
    .join(Article, Article.id == OldAddress.article_id)
    .where(OldAddress.digest.in_(bindparam("digests", expanding=True)), _SEEN)
)
_KNOWN = select(OldAddress.digest).where(
    OldAddress.digest.in_(bindparam("digests", expanding=True))
)
_SLUG = select(Article.slug).where(Article.id == bindparam("number"))
_HOLDER = (
    select(Article.id)
    .where(Article.slug == bindparam("slug"))
    .union_all(select(Redirect.article_id).where(Redirect.slug == bindparam("slug")))
)


def split(text: str) -> tuple[str, str]:
    """Return path and query of an address, whatever its host: a URL, with or without its scheme, or
    a path. Two empty texts for what is no web address, or none at all.
    """
    parts = parts_of(text.strip())
    if parts is None or parts.scheme not in ("", "http", "https") or len(text) > LONGEST_ADDRESS:
        return "", ""
    host, slash, path = parts.path.partition("/")
    if not parts.scheme and not parts.netloc and slash and HOST.fullmatch(host):
        return f"/{path}", parts.query
    return parts.path or "/" * bool(parts.netloc), parts.query


def forms(path: str, query: str = "") -> list[str]:
    """Return the ways to write the address of that path and query, the most particular first: with
    what of the query is not known to be without meaning, and without any. None for the front page.

    Each is decoded, in one Unicode form, without what does not tell one article from another: a
    slash at its end, `index.php`, the page of its comments.
    """
    for _round in range(ROUNDS):
        path = unquote(path)
    path = unicodedata.normalize("NFC", path[:LONGEST_ADDRESS]).replace("\0", "")
    path = "/" + re.sub(r"/{2,}", "/", path).strip("/")
    if path.startswith("/index.php/"):
        path = path.removeprefix("/index.php")
    path = VIEWS.sub("", path) or "/"
    given = [pair for pair in parse_qsl(query[:LONGEST_ADDRESS]) if not TRACKING.fullmatch(pair[0])]
    numbers = [pair for pair in given if pair[0] in NUMBERS]
    queries = dict.fromkeys(urlencode(sorted(pairs)) for pairs in (given, numbers) if pairs)
    found = [f"{path}?{each}" for each in queries]
    return found if path == "/" else [*found, path]


def digest_of(form: str) -> str:
    """Return the key of such an address in the table."""
    return hashlib.sha256(form.encode("utf-8", "replace")).hexdigest()


def keep(
    connection: Connection, article_id: int, addresses: Iterable[str], run_id: int | None = None
) -> int:
    """Store the addresses (URLs or paths) that an article had, so that they lead to it, and return
    how many were new. Those under which it stands here anyway are left out, and those that lead to
    another article already go on doing so.

    The other addresses that end as a dated slug does become its own, too, if they are nobody's. The
    caller marks the site as changed, as after every change of an article.
    """
    slug: str = connection.scalars(_SLUG, {"number": article_id}).one()
    _hold_last(connection, article_id, slug)
    wanted = {}
    for text in addresses:
        for form in forms(*split(text))[:1]:
            if not _stands_at(slug, form):
                wanted[digest_of(form)] = form
    if not wanted:
        return 0
    known = {*connection.scalars(_KNOWN, {"digests": [*wanted]})}
    rows = [
        {"digest": digest, "path": form, "article_id": article_id, "run_id": run_id}
        for digest, form in wanted.items()
        if digest not in known
    ]
    if rows:
        connection.execute(insert(OldAddress), rows)
    return len(rows)


def find(connection: Connection, path: str, query: str = "") -> AnyRow | None:
    """Return `id`, `slug` and `published_at` of the article, or page about the site, that had that
    address, or None: there is none that readers can see.
    """
    digests = [digest_of(form) for form in forms(path, query)]
    if not digests:
        return None
    found = {row.digest: row for row in connection.execute(_FOUND, {"digests": digests})}
    return next((found[digest] for digest in digests if digest in found), None)


def any_kept() -> bool:
    """Return whether the site has any old address."""
    return bool(db.session.scalar(select(exists().where(OldAddress.digest != ""))))


def slug_for(
    addresses: Iterable[str],
    published_at: datetime | None,
    zone: ZoneInfo,
    title: str = "",
    is_page: bool = False,
    article_id: int | None = None,
) -> str:
    """Return a slug, which nobody else than `article_id` has, for an article that had these
    addresses elsewhere: the one under which Blogger's address stays as it is, else the end of its
    address, else one made from its title; empty where that is empty, too.
    """
    month = _month_of("", published_at, zone)
    for text in addresses:
        path = next((form for form in forms(*split(text)) if "?" not in form), "")
        if is_page or _PAGE.fullmatch(path):
            if last := _last_of(path):
                return _free_page(last, article_id)
        elif (dated := ARTICLE.fullmatch(path)) and _fits(dated[3]):
            wanted = int(dated[1]), int(dated[2])
            return _free_article(wanted, dated[3], month, zone, article_id)
        elif last := _last_of(path):
            return free_slug(last.lower(), article_id, month)
    if not title:
        return ""
    if is_page:
        return _free_page(slug_of(title, NOTHING), article_id)
    return free_slug(slug_of(title), article_id, month)


def _free_page(last: str, article_id: int | None) -> str:
    if last in RESERVED:
        last = f"{last}-2"
    return free_slug(f"{PAGES}{last}", article_id)


def _free_article(
    wanted: tuple[int, int],
    last: str,
    month: tuple[int, int] | None,
    zone: ZoneInfo,
    article_id: int | None,
) -> str:
    """Return the slug of an article that ended so, and stood at the `wanted` year and month; in the
    site's zone its moment is of `month`.
    """
    if wanted == month and free_slug(last, article_id, month) == last:
        return last
    dated = dated_slug(*wanted, last)
    if free_slug(dated, article_id) == dated and _other_month(last, zone) != wanted:
        return dated
    return free_slug(last, article_id, month)


def _other_month(slug: str, zone: ZoneInfo) -> tuple[int, int] | None:
    """Return the month at which the article with that slug stands; None if there is none."""
    query = select(Article.published_at).where(Article.slug == slug)
    return _month_of(slug, db.session.scalar(query), zone)


def _month_of(slug: str, moment: datetime | None, zone: ZoneInfo) -> tuple[int, int] | None:
    if moment is None:
        return None
    parts = address(slug, moment, zone)
    return parts["year"], parts["month"]


def _fits(last: str) -> bool:
    return len(last) <= LONGEST_LAST and bool(_LAST.fullmatch(last))


def _last_of(path: str) -> str:
    """Return the last part of a path if it can be a slug, and names something; else empty."""
    last = ENDING.sub("", path.rpartition("/")[2])
    return "" if last.isdigit() or not _fits(last) else last


def _stands_at(slug: str, path: str) -> bool:
    """Return whether the article with that slug answers at that path by itself."""
    if of_a_page(slug):
        return path == f"/{slug}.html"
    found = ARTICLE.fullmatch(path)
    if found is None:
        return False
    return slug in (found[3], dated_slug(int(found[1]), int(found[2]), found[3]))


def _hold_last(connection: Connection, article_id: int, slug: str) -> None:
    """Give the article with a dated slug the other addresses that end so, if they are nobody's: as
    with other articles a wrong month leads to the right one, and no later article comes between.
    """
    last = last_of(slug)
    if last != slug and connection.execute(_HOLDER, {"slug": last}).first() is None:
        connection.execute(insert(Redirect).values(slug=last, article_id=article_id))
