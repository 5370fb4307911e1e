"""The readers' blueprints: one module for each resource."""

from . import (
    archive,
    articles,
    comments,
    data_requests,
    feeds,
    media,
    own_comments,
    search,
    site,
    static_pages,
    subscriptions,
)

BLUEPRINTS = (
    articles.articles,
    comments.comments,
    own_comments.own_comments,
    articles.labels,
    archive.archive,
    search.search,
    feeds.feeds,
    media.pictures,
    site.site,
    static_pages.static_pages,
    subscriptions.subscriptions,
    data_requests.data_requests,
)
