"""A page is read as a browser reads it, however broken; a form is sent as a browser sends it."""

import io
from contextlib import closing
from urllib.parse import parse_qsl

import pytest
from werkzeug.formparser import parse_form_data

from pnpm.diagnostics.probe.html import Form, Page, body_of

FORM = """<form id=f action="/send"><input name=a value="1 &amp; 2"><input type=hidden name=b><input type=submit name=c value=x>
<input type=checkbox name=d value=y><input type=file name=e><button name=g value=z>Send</button>
<textarea name=h>
first
second &lt;</textarea></form><input name=outside value=1>"""


def test_a_form_is_what_it_came_with():
    form = Page(FORM).forms["f"]
    assert form == Form("/send", {"a": "1 & 2", "b": "", "h": "first\nsecond <"})
    assert form.filled(b="filled") == {"a": "1 & 2", "b": "filled", "h": "first\nsecond <"}


def test_a_form_without_an_id_is_known_by_where_it_is_sent():
    assert list(Page("<form action=/one></form><form></form>").forms) == ["/one", ""]


def test_elements_are_found_by_their_attributes():
    page = Page('<a href=/1 class="x y"><a href=/2 class=y><p id=here>')
    assert [found["href"] for found in page.all("a", class_="y")] == ["/1", "/2"]
    assert page.first("a", href="/2")["class"] == "y"
    assert page.first("img") == {}
    assert page.has_id("here")
    assert not page.has_id("there")


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<",
        "<![x[",
        "<!DOCTYPE",
        "<form><textarea name=x>",
        "</form></textarea>",
        '\0<a b="',
        "<?x",
        "&#99999999;",
    ],
)
def test_whatever_it_is_it_is_read_without_an_error(html):
    assert Page(html).first("nothing") == {}


def test_fields_are_sent_as_a_form_is():
    body, kind = body_of({"a": "ä & ö", "b": ""})
    assert kind == "application/x-www-form-urlencoded"
    assert parse_qsl(body.decode(), keep_blank_values=True) == [("a", "ä & ö"), ("b", "")]


def test_a_file_is_sent_with_its_name():
    body, kind = body_of({"token": "ä", "file": ("foto.png", b"\x89PNG\r\n--x\0")})
    environ = {
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": kind,
        "REQUEST_METHOD": "POST",
    }
    _stream, fields, files = parse_form_data(environ)
    assert fields.to_dict() == {"token": "ä"}
    with closing(files["file"]) as file:
        assert (file.filename, file.read()) == ("foto.png", b"\x89PNG\r\n--x\0")
