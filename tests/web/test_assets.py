"""The static files as they go out."""

import gzip
import json
import re
import shutil

import pytest

from pnpm import create_app
from pnpm.db import db
from pnpm.web import assets
from tests.conftest import SETTINGS, TOP, missing, soup
from tools import scripts


@pytest.fixture
def source(tmp_path):
    """A folder of static files of its own."""
    return shutil.copytree(TOP / "static", tmp_path / "static")


def test_the_styles_are_one_file_and_every_name_has_its_hash(source, tmp_path):
    names = assets.prepare(source, tmp_path / "i/static")
    assert not [name for name in names if name.startswith("css/")]
    joined = (tmp_path / "i/static" / names["site.css"]).read_text()
    for path in (source / "css").glob("*.css"):
        rules = re.findall(r"^[^\s/@}][^{}]*\{", path.read_text(), re.MULTILINE)
        flat = ["".join(rule.splitlines()) for rule in rules]
        assert [rule for rule in flat if rule not in joined] == []
    assert "/*" not in joined
    assert len(set(names.values())) == len(names)


def test_what_the_readers_script_is_made_of_is_not_served(source, tmp_path):
    names = assets.prepare(source, tmp_path / "i/static")
    assert "app.js" in names
    assert not [name for name in names if name.startswith("js/")]


@pytest.mark.parametrize("made", scripts.MADE, ids=lambda path: path.name)
def test_the_small_scripts_are_made_of_their_sources(made):
    if not scripts.TERSER.is_file():
        missing("terser", "install npm, then `make test`")
    assert made.read_text() == scripts.made(made), "make scripts"


def test_each_is_compressed_once(source, tmp_path):
    names = assets.prepare(source, tmp_path / "i/static")
    for name in names.values():
        path = tmp_path / "i/static" / name
        assert gzip.decompress((path.parent / f"{path.name}.gz").read_bytes()) == path.read_bytes()


def test_a_changed_file_gets_another_name_and_the_old_one_stays(source, tmp_path):
    before = assets.prepare(source, tmp_path / "i/static")
    (source / "app.js").write_text("changed")
    after = assets.prepare(source, tmp_path / "i/static")
    assert {name for name in before if before[name] != after[name]} == {"app.js"}
    assert (tmp_path / "i/static" / before["app.js"]).is_file()


def test_what_is_there_already_is_not_written_again(source, tmp_path):
    assets.prepare(source, tmp_path / "i/static")
    index = tmp_path / "i/static/names.json"
    index.write_text(json.dumps({**json.loads(index.read_text()), "names": {"known": "name"}}))
    assert assets.prepare(source, tmp_path / "i/static") == {"known": "name"}


def test_they_may_be_kept_for_a_year_and_go_out_compressed(client, app):
    for name in app.config["ASSETS"].values():
        response = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert "max-age=31536000" in response.headers["Cache-Control"]
        if name.endswith((".css", ".js", "emoticons.svg")):
            assert response.headers["Content-Encoding"] == "gzip"


def test_nothing_else_of_the_instance_folder_is_given_away(client, instance):
    for path in (
        "/static/../secret_key",
        "/static/%2e%2e/site.db",
        "/static.json",
        "/secret_key",
        "/instance/site.db",
    ):
        assert client.get(path).status_code == 404


@pytest.fixture
def web_folder(tmp_path):
    """The web server's own folder."""
    return tmp_path / "public_html"


def test_where_the_web_server_has_a_folder_they_are_put_there_with_what_it_needs_to_know(
    instance, web_folder
):
    app = create_app({"INSTANCE": instance, **SETTINGS, "WEB_FOLDER": web_folder})
    page = soup(app.test_client().get("/"))
    style = web_folder / page.select_one("link[rel=stylesheet]")["href"].removeprefix("/")
    assert style.is_file()
    assert style.stat().st_mode & 0o777 == 0o644
    assert "max-age=31536000" in (web_folder / "static/.htaccess").read_text()
    with app.app_context():
        db.engine.dispose()


def test_one_that_a_newer_version_puts_there_is_served_by_a_process_of_the_older(
    client, app, source
):
    assert client.get("/static/none.js").status_code == 404
    (source / "new.js").write_text("new")
    names = assets.prepare(source, app.config["STATIC"])
    for name in (names["new.js"], app.config["ASSETS"]["app.js"]):
        assert client.get(f"/static/{name}").status_code == 200


def test_what_lies_there_and_is_none_of_ours_is_not_given_out(client, app):
    folder = app.config["STATIC"]
    for name in ("plain.js", ".0123456789ab.js", "note.txt"):
        (folder / name).write_text("x")
    for name in (
        "plain.js",
        ".0123456789ab.js",
        "note.txt",
        ".htaccess",
        assets.INDEX,
        f"{app.config['ASSETS']['app.js']}.gz",
    ):
        assert client.get(f"/static/{name}").status_code == 404
