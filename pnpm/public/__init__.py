"""The readers' blueprints: one module for each resource."""

from . import (
    archive,
    articles,
    comments,
    data_requests,
    feeds,
    media,
    own_comments,
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
    feeds.feeds,
    media.pictures,
    site.site,
    static_pages.static_pages,
    subscriptions.subscriptions,
    data_requests.data_requests,
)
