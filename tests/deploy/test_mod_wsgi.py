"""The release on a host with mod_wsgi."""

from .hosted import Fronted


class TestModWsgi(Fronted):
    kind_name = "mod_wsgi"
