"""The release on a host with Passenger, at the root of its name and under /blog."""

from .hosted import Fronted, Visited


class TestPassenger(Fronted):
    kind_name = "passenger"


class TestPassengerUnderAFolder(Visited):
    kind_name, at = "passenger", "/blog"
