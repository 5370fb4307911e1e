"""What the office would suffer from, and that nothing of a failed visit is left."""

import io
import re
import secrets
from urllib.parse import parse_qsl, urlencode

import pyotp
import pytest
from PIL import Image

from pnpm.accounts import two_factor
from pnpm.accounts.models import Role, User
from pnpm.comments.models import Comment, Status
from pnpm.db import db, transaction
from pnpm.diagnostics.probe import admin, comments
from tests.diagnostics.probe.conftest import ARTICLE, answered, spoiled

STATUS, DELETED = r"/admin/comments/\d+/status", r"/admin/pictures/\d+/deleted"
ENTER, LEAVE = [admin.sign_in], [admin.nothing_left, admin.sign_out]


@pytest.mark.parametrize(
    ("checks", "fault", "said"),
    [
        (
            [admin.sign_in],
            {"path": "/admin/login", "body": b"?", "drop": ["content-length"]},
            "tidak ada formulirnya",
        ),
        (
            [admin.sign_in],
            {"path": "/admin/login", "method": "POST", "status": "403 Forbidden"},
            "(403)",
        ),
        (
            [admin.sign_in],
            {"path": "/admin/login", "method": "POST", "drop": ["set-cookie"]},
            "hilang di jalan",
        ),
        (
            [*ENTER, comments.plain_comment],
            {"path": ARTICLE, "method": "POST", "status": "403 Forbidden"},
            "mod_security",
        ),
        (
            [*ENTER, comments.plain_comment],
            {"path": ARTICLE, "method": "POST", "drop": ["location"], "add": [("Location", "/")]},
            "sebagaimana mestinya (303)",
        ),
        (
            [*ENTER, comments.htmx_comment],
            {"path": ARTICLE, "method": "POST", "asked": {"HTTP_HX_REQUEST": None}},
            "(303)",
        ),
        (
            [*ENTER, comments.plain_comment, admin.emoticons],
            {
                "path": "/admin/comments",
                "body": lambda page: re.sub(b"<img[^>]*>", b"", page),
                "drop": ["content-length"],
            },
            "tidak menjadi gambar",
        ),
        (
            [*ENTER, admin.picture],
            {"path": "/admin/pictures", "method": "POST", "status": "413 Content Too Large"},
            "(413)",
        ),
        (
            [*ENTER, admin.picture],
            {"path": "/pictures/.*", "status": "404 Not Found"},
            "tidak termuat (404)",
        ),
        (
            [*ENTER, admin.picture],
            {"path": "/pictures/.*", "drop": ["cache-control"]},
            "tidak disimpan setahun",
        ),
        (
            [*ENTER, admin.picture],
            {"path": DELETED, "method": "POST", "asked": {"CONTENT_LENGTH": "0"}},
            "masih termuat",
        ),
        (
            [*ENTER, admin.picture],
            {
                "path": "/admin/pictures",
                "body": lambda page: page.replace(b"/deleted", b"/x"),
                "drop": ["content-length"],
            },
            "tidak ada di daftar",
        ),
        (
            [*ENTER, admin.sign_out],
            {"path": "/admin/logout", "method": "POST", "asked": {"CONTENT_LENGTH": "0"}},
            "tidak berhasil",
        ),
    ],
)
def test_a_fault_is_found_and_nothing_is_left(behind, find, site, checks, fault, said):
    found = find(behind(**fault), *checks, *LEAVE)[checks[-1].__name__]
    assert not found.is_fine
    assert said in found.words
    assert left(site) == []


def test_a_cache_that_shows_readers_what_was_is_found(program, serve, find, site):
    kept, app = {}, program()

    def caching(environ, start_response):
        if environ["REQUEST_METHOD"] != "GET" or not re.fullmatch(ARTICLE, environ["PATH_INFO"]):
            return app(environ, start_response)
        status, headers, content = kept.setdefault(environ["PATH_INFO"], answered(app, environ))
        start_response(status, headers)
        return [content]

    found = find(serve(caching), *ENTER, comments.plain_comment, admin.moderation, *LEAVE)
    assert "“published” tidak tampak" in found["moderation"].words
    assert found["nothing_left"].is_fine
    assert left(site) == []


def test_a_form_that_comes_as_another_each_time_is_found(program, serve, find, site):
    app = program()

    def changing(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST" and re.fullmatch(ARTICLE, environ["PATH_INFO"]):
            sent = dict(
                parse_qsl(
                    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode(),
                    keep_blank_values=True,
                )
            )
            content = urlencode(sent | {"nonce": secrets.token_hex(8)}).encode()
            environ |= {"wsgi.input": io.BytesIO(content), "CONTENT_LENGTH": str(len(content))}
        return app(environ, start_response)

    found = find(serve(changing), *ENTER, comments.plain_comment, comments.sent_twice, *LEAVE)
    assert (
        "Dari 1 komentar yang dikirim, satu di antaranya dua kali, ada 2"
        in found["sent_twice"].words
    )
    assert left(site) == []


def test_what_could_not_be_taken_away_is_told_with_its_mark(program, serve, find, site):
    url = serve(spoiled(program(), STATUS, "POST", asked={"CONTENT_LENGTH": "0"}))
    found = find(url, *ENTER, comments.plain_comment, admin.moderation, *LEAVE)
    assert not found["moderation"].is_fine
    [body] = left(site)
    assert f"“{body.split()[0]}”" in found["nothing_left"].words
    with site.app.app_context():
        db.session.query(Comment).filter(Comment.body == body).delete()
        db.session.commit()
        db.session.remove()


def test_a_cookie_that_also_travels_without_https_is_found(program, serve, find, certificate):
    url = serve(program(), certificate=certificate)
    found = find(url, *ENTER, ca=str(certificate))["sign_in"]
    assert not found.is_fine
    assert found.words.endswith(f"PNPM_SITE_URL={url}.")


@pytest.mark.parametrize(
    "change", [("; HttpOnly", ""), ("SameSite=Lax", "SameSite=None"), ("Path=/admin", "Path=/")]
)
def test_a_cookie_that_is_changed_on_its_way_is_found(program, serve, find, change):
    app = program()

    def changing(environ, start_response):
        status, headers, content = answered(app, environ)
        start_response(
            status,
            [
                (name, value.replace(*change) if name == "Set-Cookie" else value)
                for name, value in headers
            ],
        )
        return [content]

    found = find(serve(changing), *ENTER)["sign_in"]
    assert not found.is_fine
    assert "Cookie ruang pengurus diubah" in found.words


def test_a_wrong_password_ends_the_visit_and_is_not_said(site, find):
    found = find(site.url, *ENTER, comments.plain_comment, password="salah sekali")
    assert list(found) == ["sign_in"]
    assert "salah sekali" not in found["sign_in"].words


def test_an_account_with_a_second_factor_is_not_for_this(site, find):
    site.officer("Ani", Role.ADMIN)
    with site.app.app_context():
        secret = two_factor.new_secret()
        with transaction():  # the site that is served writes, too
            two_factor.turn_on(User.named("Ani"), secret, pyotp.TOTP(secret).now())
        db.session.remove()
    found = find(site.url, *ENTER, comments.plain_comment, account="Ani")
    assert list(found) == ["sign_in"]
    assert "kode dari telepon" in found["sign_in"].words


def test_its_picture_is_one_and_never_the_same():
    one, other = admin.png(), admin.png()
    assert one != other
    with Image.open(io.BytesIO(one)) as image:
        image.load()
        assert (image.format, image.size) == ("PNG", (16, 16))


def left(site):
    """The comments of visits that are not deleted."""
    with site.app.app_context():
        found = (
            db.session.query(Comment)
            .filter(Comment.body.contains("pemeriksaan-"), Comment.status != Status.DELETED)
            .all()
        )
        db.session.remove()
    return [comment.body for comment in found]
