"""What an article's head tells programs: the picture to show with a link, and the article in
schema.org's vocabulary.
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
    """The picture that is shown with a link: its URL, its size in pixels, its alternative text."""

    url: str
    width: int
    height: int
    alt: str
    is_own: bool  # the article's, not the site's


SIZE = 1200, 630  # of static/card.png, for articles without a picture


def init_app(app: Flask) -> None:
    """Give the templates the functions for an article's head."""
    app.jinja_env.globals.update(card_of=card_of, schema=schema, first_picture=figures.first)


def card_of(article: Article) -> Card:
    """Return the first picture of an article; the site's card if it has none."""
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
    """Return the article with these comments as schema.org's Article, for search engines."""
    zone, address, card = current_site().zone, address_of(article, _external=True), card_of(article)
    described = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": article.title,
        "datePublished": dates.exact(article.published_at or article.saved_at, zone),
        "url": address,
        "inLanguage": current_site().language_tag,
        "publisher": {"@type": "Organization", "name": current_site().words.name},
        "commentCount": article.comment_count,
        "comment": [_comment(comment, address, zone) for comment in comments],
    }
    if article.saved_at:  # a preview was never saved
        described["dateModified"] = dates.exact(article.changed_at, zone)
    if card.is_own:
        described["image"] = [card.url]
    if labels:
        described["keywords"] = [label.name for label in labels]
    return described


def _comment(comment, address, zone):
    return {
        "@type": "Comment",
        "url": f"{address}?comment={comment.id}#comment-{comment.id}",
        "author": {"@type": "Person", "name": name_of(comment)},
        "dateCreated": dates.exact(comment.created_at, zone),
        "text": sanitizer.plain(comment.html),
    }
