"""The edges that speak HTTP: one file a resource, found by its URL. They commit, and never import each other."""

from flask import Flask

from . import articles, comments, errors, office, site


def register(app: Flask) -> None:
    """Put every resource at its address."""
    for blueprint in (articles.articles, comments.comments, site.site, *office.BLUEPRINTS):
        app.register_blueprint(blueprint)
    errors.register(app)
