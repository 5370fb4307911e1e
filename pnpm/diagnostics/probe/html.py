"""An HTML page as a browser sees it: its elements in their order, and its forms with what they
would send.
"""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

# inputs of which a form that is sent as it came says nothing
UNSENT = {"submit", "button", "file", "checkbox", "radio"}


@dataclass
class Form:
    """A form: where it is sent, and its fields with what they hold."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)

    def filled(self, **values: object) -> dict:
        """Every field that it came with, and these filled in."""
        return self.fields | values


class Page(HTMLParser):
    """What a page holds, as far as it can be read; whatever it is, it is read without an error."""

    def __init__(self, html: str):
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.forms: dict[str, Form] = {}  # by id, or by action where there is none
        self._form: Form | None = None
        self._area: str | None = None
        with suppress(AssertionError):  # what html.parser raises for some broken declarations
            self.feed(html)
            self.close()

    def all(self, tag: str, **attributes: str) -> Iterator[dict]:
        """The attributes of each element of that name, which has these among its own; `class_` is
        one of its classes.
        """
        for name, found in self.elements:
            if name == tag and all(
                _has(found, each.rstrip("_"), value) for each, value in attributes.items()
            ):
                yield found

    def first(self, tag: str, **attributes: str) -> dict:
        """The first of them; empty if there is none."""
        return next(self.all(tag, **attributes), {})

    def has_id(self, name: str) -> bool:
        """Whether an element has that id."""
        return any(found.get("id") == name for _tag, found in self.elements)

    def handle_starttag(self, tag, attrs):
        found = {name: value or "" for name, value in reversed(attrs)}
        self.elements.append((tag, found))
        if tag == "form":
            self._form = Form(found.get("action", ""))
            self.forms[found.get("id") or self._form.action] = self._form
        elif self._form and found.get("name"):
            self._take(self._form.fields, tag, found)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        if tag == "textarea":
            self._area = None

    def handle_data(self, data):
        if self._form and self._area:
            held = self._form.fields[self._area]
            self._form.fields[self._area] = held + data if held else data.removeprefix("\n")

    def _take(self, fields, tag, found):
        if tag == "textarea":
            self._area = found["name"]
            fields[self._area] = ""
        elif tag == "input" and found.get("type") not in UNSENT:
            fields[found["name"]] = found.get("value", "")


def body_of(fields: dict) -> tuple[bytes, str]:
    """A form's fields as they are sent, and the type of that; a file is its name and its content
    (RFC 7578).
    """
    if not any(isinstance(value, tuple) for value in fields.values()):
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    mark = secrets.token_hex(16)
    parts = b"".join(
        f"--{mark}\r\n".encode() + _part(name, value) + b"\r\n" for name, value in fields.items()
    )
    return parts + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def _part(name, value):
    if isinstance(value, tuple):
        file, content = (f'; filename="{value[0]}"', value[1])
    else:
        file, content = ("", value.encode())
    return f'Content-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content


def _has(found, name, value):
    held = found.get(name, "")
    return value in held.split() if name == "class" else value == held
