"""The probe's HTML reader: a page's elements in their order, and its forms with what they would
send.
"""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

# types of inputs that are not sent with a form that nobody has touched
UNSENT = {"submit", "button", "file", "checkbox", "radio"}


@dataclass
class Form:
    """A form: the address it is sent to, and its fields' values."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)

    def filled(self, **values: object) -> dict:
        """Return the form's fields with these filled in."""
        return self.fields | values


class Page(HTMLParser):
    """A page, as far as it can be read; no HTML is an error."""

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
        """Yield the attributes of each element of that name that has these attributes; `class_` is
        one of its classes.
        """
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        for element, found in self.elements:
            if element == tag and all(_has(found, *pair) for pair in wanted.items()):
                yield found

    def first(self, tag: str, **attributes: str) -> dict:
        """Return the attributes of the first such element; empty if there is none."""
        return next(self.all(tag, **attributes), {})

    def has_id(self, name: str) -> bool:
        """Tell whether an element has that id."""
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
            before = self._form.fields[self._area]
            if not before:
                data = data.removeprefix(
                    "\n"
                )  # HTML drops the line break that a textarea begins with
            self._form.fields[self._area] = before + data

    def _take(self, fields, tag, found):
        if tag == "textarea":
            self._area = found["name"]
            fields[self._area] = ""
        elif tag == "input" and found.get("type") not in UNSENT:
            fields[found["name"]] = found.get("value", "")


def body_of(fields: dict) -> tuple[bytes, str]:
    """Return a form's fields as they are sent, and the content type: multipart (RFC 7578) if there
    is a file, which is a pair of its name and its bytes.
    """
    if not any(isinstance(value, tuple) for value in fields.values()):
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    mark = secrets.token_hex(16)
    parts = b"".join(
        f"--{mark}\r\n".encode() + _part(name, value) + b"\r\n" for name, value in fields.items()
    )
    return parts + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def _part(name, value):
    disposition = f'form-data; name="{name}"'
    if isinstance(value, tuple):
        filename, content = value
        disposition += f'; filename="{filename}"'
    else:
        content = value.encode()
    return f"Content-Disposition: {disposition}\r\n\r\n".encode() + content


def _has(found, name, value):
    present = found.get(name, "")
    if name == "class":
        return value in present.split()
    return value == present
