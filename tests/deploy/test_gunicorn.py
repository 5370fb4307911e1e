"""The release on a host with gunicorn behind nginx."""

from .hosted import Hosted


class TestGunicorn(Hosted):
    kind_name = "gunicorn-nginx"
