"""What holds on every kind of host: the release is installed there once, and visited by a real
client.
"""

import re
import sqlite3
from time import monotonic

import pytest

from pnpm.diagnostics.probe import inspect
from tests.conftest import TOP

from .kinds import AT_ONCE, LOADED, rest
from .servers import front
from .visitor import NAME, PASSWORD, SECONDS, Visitor, count_of, newest_step


class Visited:
    """A site that was just installed."""

    kind_name = ""  # of kinds.KINDS
    at = ""

    def test_four_visitors_at_once_find_the_site_made_for_them(self, first, site):
        assert [answer.status for answer in first] == [200] * AT_ONCE, first[0].text
        assert len({answer.text for answer in first}) == 1
        assert (site.account.instance / "secret_key").stat().st_mode & 0o777 == 0o600
        assert _rows(site, "SELECT version_num FROM alembic_version") == [(newest_step(TOP),)]

    def test_everything_is_in_order_for_a_visitor_and_an_officer(self, article, site):
        findings = list(
            inspect(site.url, account=NAME, password=PASSWORD, ca=str(site.certificate))
        )
        assert [finding for finding in findings if not finding.is_fine] == []
        assert {"plain_comment", "htmx_comment", "emoticons", "moderation", "picture"} <= {
            finding.check for finding in findings
        }

    @pytest.mark.parametrize("ending", ["css", "js", "svg"])
    def test_static_files_come_from_the_web_server_itself_for_a_year(
        self, article, visitor, ending
    ):
        page = visitor.get(article)
        address = re.search(rf'"([^"]*/static/[^"]+\.[0-9a-f]{{12}}\.{ending})', page.text)[1]
        file = visitor.get(address, Accept_Encoding="gzip")
        assert file.status == 200
        assert {"max-age=31536000", "immutable", "public"} <= set(file["Cache-Control"].split(", "))
        assert file["Content-Encoding"] == "gzip"
        assert file["Content-Type"].split(";")[0] in (
            "text/css",
            "text/javascript",
            "application/javascript",
            "image/svg+xml",
        )
        # that is our program's
        assert not file["Content-Security-Policy"] and page["Content-Security-Policy"]
        plain = visitor.get(address)
        assert not plain["Content-Encoding"] and plain.body == file.body

    def test_links_and_cookies_are_those_of_the_address(self, article, visitor, site):
        assert article.startswith(f"{site.url}/")
        client = visitor.client()
        client.get("admin/login")
        assert [cookie["secure"] and cookie["path"] for cookie in client.cookies.values()] == [
            f"{site.at}/admin"
        ]

    def test_another_name_of_the_host_is_refused(self, visitor):
        assert visitor.get("", Host="elsewhere.example").status == 400


class Hosted(Visited):
    """The same, and what happens to it in time."""

    def test_comments_sent_at_once_are_all_there(self, article, visitor, site, kind):
        _fill(visitor, site, kind)
        before = count_of(visitor.get(article))
        told = [f"Komentar nomor {number} dari {AT_ONCE} proses." for number in range(20)]
        answers = visitor.at_once(lambda body: visitor.comment(article, body), told)
        assert [answer.status for answer in answers] == [303] * len(told)
        assert {row[0] for row in _rows(site, "SELECT body FROM comment")} >= set(told)
        assert count_of(
            visitor.finally_gets(lambda page: page.status == 200, article)
        ) == before + len(told)

    def test_a_touched_restart_file_brings_what_was_changed(self, article, visitor, site):
        template = site.account.application / "templates/base.html"
        site.account.put(
            template,
            template.read_text().replace("</head>", '<meta name="changed" content="yes">\n</head>'),
        )
        site.account.restart()
        visitor.finally_gets(lambda page: 'name="changed"' in page.text)

    def test_after_an_idle_time_the_next_visitor_is_served(self, article, visitor, site, kind):
        visitor.get()
        rest(site, kind)
        assert visitor.get(article).status == 200

    def test_a_newer_release_unpacked_over_the_old_one_upgrades_the_site(
        self, article, visitor, site, newer
    ):
        before = _rows(site, "SELECT id, body FROM comment")
        site.account.upload(newer)
        site.account.restart()
        visitor.finally_gets(lambda page: 'name="newer"' in page.text)
        assert len(_rows(site, "SELECT * FROM ran")) == 1
        assert _rows(site, "SELECT id, body FROM comment") == before and before
        copies = [path for path in (site.account.instance / "backups").iterdir() if path.is_file()]
        assert len(copies) == 1 and copies[0].stat().st_mode & 0o077 == 0
        assert visitor.get("healthz").status == 200
        assert visitor.get(article).status == 200


class Fronted(Hosted):
    """The same, and what happens where TLS ends before the server."""

    def test_behind_a_proxy_in_which_tls_ends_everything_is_in_order(self, article, site):
        with front(site.server, site.plain) as port:
            address = f"https://localhost:{port}{site.at}"
            site.account.settle(**site.settings | {"SITE_URL": address})
            Visitor(site, address).finally_gets(lambda page: page.status == 200)
            findings = list(
                inspect(address, account=NAME, password=PASSWORD, ca=str(site.certificate))
            )
        site.account.settle(**site.settings)
        Visitor(site).finally_gets(lambda page: page.status == 200)
        assert [finding for finding in findings if not finding.is_fine] == []


def _rows(site, query):
    connection = sqlite3.connect(f"file:{site.account.instance}/site.db?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def _fill(visitor, site, kind):
    """Have as many processes with the site in them as there may be; plain CGI has one a request."""
    deadline = monotonic() + SECONDS
    while kind.lasting and len(site.account.processes(LOADED)) < AT_ONCE:
        visitor.at_once(visitor.get, ["admin/login"] * 8 * AT_ONCE, 4 * AT_ONCE)
        assert monotonic() < deadline, site.account.processes()
