"""The name that Passenger asks for."""

from wsgi import application

__all__ = ["application"]
