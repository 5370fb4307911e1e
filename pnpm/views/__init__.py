"""The edges that speak HTTP: one file a resource, found by its URL. They commit, and never import each other."""

from flask import Flask

from . import articles, comments, errors, labels, office, pictures, site, standing


def register(app: Flask) -> None:
    """Put every resource at its address."""
    for blueprint in (
        articles.articles,
        comments.comments,
        labels.labels,
        pictures.pictures,
        site.site,
        standing.standing,
        *office.BLUEPRINTS,
    ):
        app.register_blueprint(blueprint)
    errors.register(app)
