"""The release on a host with plain CGI, and on one with FastCGI: suEXEC runs both, and its file is
one for the machine.
"""

from .hosted import Fronted


class TestCGI(Fronted):
    kind_name = "cgi"


class TestFastCGI(Fronted):
    kind_name = "fastcgi"
