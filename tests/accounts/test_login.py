"""The way in: where one goes then. The rest is tried where it is used, in tests/admin/."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnpm.admin.accounts.login_flow import LONGEST_NEXT, onward

HOSTILE = [
    "//evil.example",
    "///evil.example",
    "https://evil.example/admin/",
    "HTTPS:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/admin\\..\\..\\evil",
    "/admin/../",
    "/admin/..",
    "/admin/..%2f..%2fevil",
    "/admin/%2e%2e/%2E%2E/evil",
    "/admin/.%2e/evil",
    "/admin/%5c..%5cevil",
    "/adminevil",
    "/admin%2f",
    "/admin%2fevil",
    "/admin.evil.example",
    "/admin@evil.example",
    "/admin/\n//evil.example",
    "/admin/\r\nSet-Cookie: office=x",
    "/admin/\t",
    "/admin/\x00",
    "\t//evil.example",
    " /admin/x",
    "/admin/x\u2028",
    "/admin/\u202e",
    "javascript:alert(1)",
    "JaVaScRiPt://evil.example/%0aalert(1)",
    "data:text/html,x",
    "admin/",
    "?x",
    "#x",
    "",
    "/",
    "/2012/12/latar-belakang.html",
    "/admin/" + "x" * LONGEST_NEXT,
]


@pytest.mark.parametrize("wanted", HOSTILE)
def test_what_is_not_the_offices_is_its_first_page(app, wanted):
    with app.test_request_context("/admin/login"):
        assert onward(wanted) == "/admin/"
    with app.test_request_context("/admin/login", base_url="http://localhost/blog"):
        assert onward(wanted) == "/blog/admin/"


@pytest.mark.parametrize(
    "wanted",
    [
        "/admin",
        "/admin/",
        "/admin/comments?status=all&q=a%20b",
        "/admin/log?q=../x\\",
        "/admin/comments/7#comment-7",
    ],
)
def test_what_is_the_offices_is_kept(app, wanted):
    with app.test_request_context("/admin/login"):
        assert onward(wanted) == wanted
    with app.test_request_context("/admin/login", base_url="http://localhost/blog"):
        assert onward(wanted) == f"/blog{wanted}"


def test_whatever_it_is_a_browser_stays_in_the_office(app):
    parts = st.sampled_from(
        [
            "/admin",
            "/",
            "//",
            "\\",
            "..",
            "%2e",
            "%2f",
            "%5c",
            "@",
            ":",
            "?",
            "#",
            "\n",
            "\t",
            " ",
            "x",
            "evil.example",
        ]
    )

    @given(st.lists(parts, max_size=6).map("".join) | st.text(max_size=20))
    def stays(wanted):
        with app.test_request_context("/admin/login"):
            arrived = urlsplit(urljoin("https://here.example/admin/login", onward(wanted)))
        assert arrived.netloc == "here.example"
        assert arrived.path == "/admin" or arrived.path.startswith("/admin/")

    stays()
