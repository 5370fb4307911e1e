"""The readers' blueprints: one module for each resource."""

from . import articles, comments, media, site, static_pages

BLUEPRINTS = (
    articles.articles,
    comments.comments,
    articles.labels,
    media.pictures,
    site.site,
    static_pages.static_pages,
)
