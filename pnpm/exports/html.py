"""Articles and comments as other systems show them: whole addresses, plain pictures, and codes in
place of our emoticons.
"""

import html
import re

from pnpm.articles.models import Status as ArticleStatus
from pnpm.articles.models import address
from pnpm.db.types import AnyRow
from pnpm.markup import sanitizer, standalone
from pnpm.markup.figures import path_of

from .site import Site

# as `figures` writes a picture: the sizes that it has are for our style sheet
_PICTURE = re.compile(
    r'<span class="picture">(?:(?!<span class="picture">|</span>).)*+</span>', re.DOTALL
)
_IMAGE = re.compile(
    r'<img src="pictures/(?P<key>[0-9a-f]{32})/[0-9]+\.jpg"[^>]*?'
    r' width="(?P<width>[0-9]+)" height="(?P<height>[0-9]+)"'
    r""" alt=(?P<quote>["'])(?P<alt>.*?)(?P=quote)""",
    re.DOTALL,
)
# an address that the reader typed as it is, and that became a link by itself
_LINK = re.compile(r'<a href="(?:http://)?([^"]*)" rel="[^"]*">((?:(?!</a>).)*+)</a>')


def url_of(site: Site, article: AnyRow) -> str:
    """Return the URL at which readers find an article or a page; of a draft, one by its id."""
    if article.status is ArticleStatus.PAGE:
        return f"{site.url}/{article.slug}.html"
    if article.published_at is None:
        return f"{site.url}/?p={article.id}"
    parts = address(article.slug, article.published_at, site.zone)
    return f"{site.url}/{parts['year']:04}/{parts['month']:02}/{parts['slug']}.html"


def picture_url(site: Site, picture: AnyRow) -> str:
    """Return the URL of a picture's largest file, a JPEG."""
    return f"{site.url}/{path_of(picture.key, picture.width, 'jpg')}"


def article_html(site: Site, article: AnyRow) -> str:
    """Return an article's HTML with whole addresses, each picture as one image."""

    def plain(found: re.Match[str]) -> str:
        image = _IMAGE.search(found[0])
        if not image:
            return ""
        place = f"{site.url}/{path_of(image['key'], int(image['width']), 'jpg')}"
        alt = html.escape(html.unescape(image["alt"]))
        size = f'width="{image["width"]}" height="{image["height"]}"'
        return f'<img src="{html.escape(place)}" {size} alt="{alt}">'

    return standalone.article(_PICTURE.sub(plain, article.html), site.url, url_of(site, article))


def comment_html(comment: AnyRow) -> str:
    """Return a comment's HTML as it was typed: codes for emoticons, and addresses that only became
    links by themselves as they were.
    """

    def bare(found: re.Match[str]) -> str:
        return found[2] if found[1] == found[2].removeprefix("http://") else found[0]

    return _LINK.sub(bare, sanitizer.with_codes(comment.html))


def answers(comment: AnyRow, known: set[int]) -> int | None:
    """Return the id of what a comment answers, as far as `known` has it; None if it answers the
    article.
    """
    if comment.reply_to_id in known:
        number: int = comment.reply_to_id
        return number
    return comment.parent_id if comment.parent_id in known else None
