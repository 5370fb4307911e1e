"""A site that is well is found well: by gunicorn, in a folder of its host, behind TLS; and nothing
is left of the visit.
"""

import json

import pytest

from pnpm.accounts.models import SignIn
from pnpm.comments.models import Comment, Status
from pnpm.db import db
from pnpm.diagnostics import probe
from pnpm.media.models import Picture
from tests.browser.conftest import PASSWORD, free_port
from tests.diagnostics.probe.conftest import ADMIN, MODERATOR

NAMES = [check.__name__ for check in probe.READING]
ALL = NAMES + [check.__name__ for check in probe.WRITING]


def ill(findings):
    return [finding.words for finding in findings if not finding.is_fine]


def counted(site):
    """Comments that are not deleted, pictures that are not, open sessions."""
    with site.app.app_context():
        comments = db.session.query(Comment).filter(Comment.status != Status.DELETED).count()
        pictures = db.session.query(Picture).filter(Picture.deleted_at.is_(None)).count()
        found = comments, pictures, db.session.query(SignIn).count()
        db.session.remove()
    return found


def test_reading_finds_a_site_well_and_changes_nothing(site):
    before = counted(site)
    found = list(probe.inspect(site.url))
    assert ill(found) == []
    assert [finding.check for finding in found] == NAMES
    assert counted(site) == before


def test_writing_finds_a_site_well_and_takes_everything_away_again(site):
    before = counted(site)
    found = list(probe.inspect(f"{site.url}/", account=ADMIN, password=PASSWORD))
    assert ill(found) == []
    assert [finding.check for finding in found] == ALL
    assert counted(site) == before


def test_a_moderator_sends_no_picture_and_that_is_said(site):
    found = {
        each.check: each for each in probe.inspect(site.url, account=MODERATOR, password=PASSWORD)
    }
    assert ill(found.values()) == []
    assert "tidak dicoba" in found["picture"].words
    assert "dihapus" in found["nothing_left"].words


def test_where_every_comment_waits_it_is_moderated_all_the_same(site, program, serve, tmp_path):
    port = free_port()
    url = serve(program(SITE_URL=f"http://127.0.0.1:{port}", MODERATION="all"), port=port)
    before = counted(site)
    found = {each.check: each for each in probe.inspect(url, account=ADMIN, password=PASSWORD)}
    assert ill(found.values()) == []
    assert "menunggu" in found["plain_comment"].words
    assert "menunggu" in found["htmx_comment"].words
    assert counted(site) == before


@pytest.mark.parametrize("prefix", ["", "/blog"])
def test_behind_tls_and_in_a_folder_links_and_cookies_are_right(
    site, program, serve, certificate, prefix
):
    port = free_port()
    site_url = f"https://127.0.0.1:{port}{prefix}"
    url = serve(program(SITE_URL=site_url), port=port, certificate=certificate) + prefix
    found = list(probe.inspect(url, account=ADMIN, password=PASSWORD, ca=str(certificate)))
    assert ill(found) == []
    assert [finding.check for finding in found] == ALL


def test_it_asks_no_more_than_a_few_dozen_times(site, serve, program):
    asked, port = [], free_port()
    app = program(SITE_URL=f"http://127.0.0.1:{port}/blog")

    def counting(environ, start_response):
        asked.append(environ["PATH_INFO"])
        return app(environ, start_response)

    url = f"{serve(counting, port=port)}/blog"
    list(probe.inspect(url))
    assert len(asked) <= 50
    list(probe.inspect(url, account=ADMIN, password=PASSWORD))
    assert len(asked) <= 140


@pytest.mark.parametrize(
    "url",
    [
        "",
        "desa.example",
        "ftp://desa.example",
        "https://",
        "http://[",
        "http://x:99999",
        "http://Ani:rahasia@desa.example",
    ],
)
def test_what_is_no_address_is_told_before_anything_is_asked(url):
    with pytest.raises(ValueError):
        probe.inspect(url)


def run(app, *args, given=None):
    """The command's exit code and lines."""
    result = app.test_cli_runner().invoke(args=["doctor", *args], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output.splitlines()


@pytest.fixture
def elsewhere(program, tmp_path):
    """The program on a machine without a site."""
    return program(
        INSTANCE=tmp_path / "none",
        SECRET_KEY="",
        DATABASE_URL=f"sqlite:///{tmp_path}/none/site.db",
        LANGUAGE="en",
    )


def test_the_command_needs_no_site_where_it_runs(elsewhere, site, tmp_path):
    code, lines = run(elsewhere, "--url", site.url)
    assert code == 0
    assert len(lines) == len(NAMES)
    assert lines[0] == "fine  The site answers and is healthy."
    assert not (tmp_path / "none/site.db").exists()


def test_the_command_takes_the_password_from_standard_input(elsewhere, site):
    code, lines = run(
        elsewhere, "--url", site.url, "--account", ADMIN, "--password-stdin", given=f"{PASSWORD}\n"
    )
    assert (code, len(lines)) == (0, len(ALL))
    code, lines = run(
        elsewhere, "--url", site.url, "--account", ADMIN, "--password-stdin", given="salah\n"
    )
    assert code == 1
    assert lines[-1].startswith("MEND  Signing in as Bu Camat failed")
    assert "salah" not in json.dumps(lines)


def test_the_command_says_what_is_wrong_with_its_options(elsewhere):
    assert run(elsewhere, "--url", "desa.example")[0] == 2
    assert run(elsewhere, "--account", ADMIN)[0] == 2
    code, lines = run(elsewhere, "--url", "http://desa.example", "--account", ADMIN)
    assert code == 2
    assert "--password-stdin" in lines[-1]
