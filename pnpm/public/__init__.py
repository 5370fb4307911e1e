"""The readers' blueprints: a file a resource."""

from . import articles, comments, labels, media, site, static_pages

BLUEPRINTS = (
    articles.articles,
    comments.comments,
    labels.labels,
    media.pictures,
    site.site,
    static_pages.standing,
)
