"""What an article tells of itself to those who show a link to it: its picture, and the same in
schema.org's words.
"""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import NamedTuple

from flask import Flask, url_for
from sqlalchemy import Row

from pnpm.articles.models import Article
from pnpm.comments.models import Comment
from pnpm.markup import figures, sanitizer
from pnpm.web import dates
from pnpm.web.site import current_site
from pnpm.web.templating import address_of, asset, name_of


class Card(NamedTuple):
    """The picture that is shown with a link: its whole address, its size in pixels, and what it
    shows, if that is known.
    """

    url: str
    width: int
    height: int
    alt: str
    is_own: bool  # the article's, not the site's


SIZE = 1200, 630  # of static/card.png, for articles without a picture


def init_app(app: Flask) -> None:
    """Give the templates what stands in an article's head."""
    app.jinja_env.globals.update(card_of=card_of, schema=schema, first_picture=figures.first)


def card_of(article: Article) -> Card:
    """The first picture of an article; the site's card if it has none."""
    found = figures.first(article.html)
    if not found:
        return Card(asset("card.png", _external=True), *SIZE, "", False)
    return Card(
        url_for("articles.index", _external=True) + found.file,
        found.width,
        found.height,
        found.alt,
        True,
    )


def schema(
    article: Article, comments: Sequence[Comment], labels: Sequence[Row | SimpleNamespace]
) -> dict:
    """What schema.org calls this Article with its Comments, for search engines."""
    zone, address, card = current_site().zone, address_of(article, _external=True), card_of(article)
    said = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": article.title,
        "datePublished": dates.exact(article.published_at or article.saved_at, zone),
        "url": address,
        "inLanguage": current_site().language,
        "publisher": {"@type": "Organization", "name": current_site().words.name},
        "commentCount": article.comment_count,
        "comment": [_comment(comment, address, zone) for comment in comments],
    }
    # none yet in a preview
    said |= {"dateModified": dates.exact(article.changed_at, zone)} if article.saved_at else {}
    said |= {"image": [card.url]} if card.is_own else {}
    return said | ({"keywords": [label.name for label in labels]} if labels else {})


def _comment(comment, address, zone):
    return {
        "@type": "Comment",
        "url": f"{address}?comment={comment.id}#comment-{comment.id}",
        "author": {"@type": "Person", "name": name_of(comment)},
        "dateCreated": dates.exact(comment.created_at, zone),
        "text": sanitizer.plain(comment.html),
    }
