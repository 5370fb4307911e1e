"""What a host of the old site needs so that its addresses lead here: lines for Apache, and what
stands in a theme of Blogger's.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from pnpm.articles.models import VISIBLE, Article, Status, address, of_a_page

from .addresses import OldAddress

# what would end a word or a line in Apache's files
_STRANGE = re.compile(r"[\x00-\x20\x7f\"\\]")
_HEAD = """\
# For the .htaccess at the top of the old site, above all that stands there: Apache, mod_rewrite.
RewriteEngine On
"""
_TAIL = """\
# Whatever else is asked for has the same path there.
RewriteRule ^(.*)$ {site}/$1 [R=301,L]
"""
_BLOGGER = """\
How each page of the old blog leads to the same page of {site}:

1. Open Blogger, then "Theme". In the menu beside "Customise" choose "Backup", and keep that file.
2. In the same menu choose "Edit HTML". Put the two lines below right under <head>, and save.
3. Open an old article: after a moment the same one is shown at the new address.

Leave the blog where it is: with it, its addresses would go. If it has a domain of its own, none of
this is needed: let the domain lead to the new site, where all addresses are the same.
"""
_BLOGGER_LINES = """\
<link expr:href='"{site}/?dari=" + data:blog.url' rel='canonical'/>
<meta expr:content='"0;url={site}/?dari=" + data:blog.url' http-equiv='refresh'/>
"""


def htaccess(connection: Connection, site_url: str, zone: ZoneInfo) -> str:
    """Return the lines of an `.htaccess` that lead each address which an imported article had to
    where it stands now, at the site of that URL, and all others to the same path there.
    """
    site = site_url.rstrip("/")
    return "".join([_HEAD, *_rules(connection, site, zone), _TAIL.format(site=site)])


def blogger(site_url: str) -> str:
    """Return the lines for a theme of Blogger's with which each page leads to the site of that URL,
    and how to put them there.
    """
    return f"{_BLOGGER}\n{_BLOGGER_LINES}".format(site=_quoted(site_url))


def blogger_lines(site_url: str) -> str:
    """Return these lines alone."""
    return _BLOGGER_LINES.format(site=_quoted(site_url))


def _quoted(site_url: str) -> str:
    return quote(site_url.rstrip("/"), safe=":/[]%~")


def _rules(connection: Connection, site: str, zone: ZoneInfo) -> Iterator[str]:
    seen = (Article.status == Status.PAGE) | (VISIBLE[0] & VISIBLE[1])
    query = (
        select(OldAddress.path, Article.slug, Article.published_at)
        .join(Article, Article.id == OldAddress.article_id)
        .where(seen)
        .order_by(Article.id, OldAddress.digest)
    )
    for form, slug, moment in connection.execute(query):
        if not _STRANGE.search(form.partition("?")[2]):
            yield _rule(form, f"{site}{_path(slug, moment, zone)}")


def _rule(form: str, target: str) -> str:
    """Return the lines for one address: its query, which Apache looks at apart, and its path. A `?`
    behind the target drops the old query.
    """
    path, _mark, query = form.partition("?")
    lines = []
    if query:
        lines = [rf"RewriteCond %{{QUERY_STRING}} (?:^|&){re.escape(query)}(?:&|$)"]
    pattern = "".join(_escaped(sign) for sign in path.strip("/"))
    pattern = f"{pattern}/?" if pattern else r"(?:index\.php)?"
    return "\n".join([*lines, f"RewriteRule ^{pattern}$ {target}? [R=301,L]", ""])


def _escaped(sign: str) -> str:
    """Return a letter of a path for a pattern of Apache's, in which a space would end it."""
    if sign.isspace() or _STRANGE.match(sign):
        return "".join(rf"\x{byte:02x}" for byte in sign.encode())
    return re.escape(sign)


def _path(slug: str, moment: datetime | None, zone: ZoneInfo) -> str:
    if of_a_page(slug):
        return f"/{slug}.html"
    parts = address(slug, moment, zone)
    return f"/{parts['year']:04}/{parts['month']:02}/{parts['slug']}.html"
