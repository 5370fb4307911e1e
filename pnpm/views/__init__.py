"""The edges that speak HTTP: one file a resource, found by its URL. They commit, and never import each other."""

from flask import Flask

from . import articles, comments, errors, pictures, site, standing
from . import labels as label_pages

READERS = articles.articles, comments.comments, label_pages.labels, pictures.pictures, site.site, standing.standing


def register(app: Flask, with_office: bool = True) -> None:
    """Put every resource at its address; without the office, readers' pages alone, from which only a link leads there."""
    for blueprint in READERS:
        app.register_blueprint(blueprint)
    if with_office:
        _register_office(app)
    else:
        app.add_url_rule("/admin/", endpoint="office.index", build_only=True)
    errors.register(app)


def _register_office(app):
    from .. import labels
    from . import office

    labels.furnish(app)
    for blueprint in office.BLUEPRINTS:
        app.register_blueprint(blueprint)
