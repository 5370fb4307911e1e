"""The static files as they go out."""

import gzip
import json
import re
import shutil
from urllib.parse import unquote

import pytest

from pnpm import create_app
from pnpm.accent import Shades
from pnpm.db import db, transaction
from pnpm.site_settings import Setting
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
    flat = "".join(joined.split())
    for path in (source / "css").glob("*.css"):
        rules = re.findall(r"^[^\s/@}][^{}]*\{", path.read_text(), re.MULTILINE)
        assert [rule for rule in rules if "".join(rule.split()) not in flat] == []
    assert "/*" not in joined
    assert len(set(names.values())) == len(names)


def test_a_stylesheets_strings_keep_their_space(source, tmp_path):
    (source / "css" / "zz.css").write_text("""a::before { content: " : ; { "; }\n""")
    names = assets.prepare(source, tmp_path / "i/static")
    joined = (tmp_path / "i/static" / names["site.css"]).read_text()
    assert joined.endswith('a::before{content:" : ; { "}')


def test_dark_is_the_same_by_the_system_and_by_choice():
    rules = re.findall(r"(:root[^{]*)\{([^}]*)\}", (TOP / "static/css/base.css").read_text())
    colours = {selector.strip(): re.findall(r"--.*", inner) for selector, inner in rules}
    by_system = colours[':root:not([data-color-scheme="light"])']
    assert len(by_system) > 8
    assert by_system == colours[':root[data-color-scheme="dark"]']


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


GREEN, BLUE = "#2c6136", "#0f5a80"


def colour(accent):
    """Let the office choose that accent."""
    with transaction():
        Setting.change(accent=accent)


class TestAccent:
    def style(self, client, path="/", **options):
        """The style sheet of a page: its address and its text."""
        address = soup(client.get(path, **options)).select_one("link[rel=stylesheet]")["href"]
        answer = client.get(address)
        assert answer.status_code == 200
        return address, answer.text

    @pytest.mark.parametrize(
        "path", ["/", "/admin/login", "/tidak-ada", "/p/tentang.html", "/cari?q=a"]
    )
    def test_it_comes_with_the_style_sheet_of_every_page(self, client, article, path):
        before, _text = self.style(client, path)
        colour(GREEN)
        address, text = self.style(client, path)
        assert address != before
        assert text.endswith(":root{--accent-light:#2c6136;--accent-dark:#74ab7b}\n")
        assert len(soup(client.get("/")).select("link[rel=stylesheet]")) == 1
        colour("")
        assert self.style(client, path)[0] == before

    def test_pages_that_were_cached_have_it_at_once(self, client, url):
        before = self.style(client, url)
        colour(BLUE)
        assert self.style(client, url) != before

    def test_it_is_kept_for_a_year_and_compressed_as_the_other_one(self, client):
        colour(GREEN)
        address = self.style(client)[0]
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert "immutable" in answer.headers["Cache-Control"]
        assert gzip.decompress(answer.data).decode() == client.get(address).text

    def test_the_service_worker_keeps_that_one(self, client):
        before = client.get("/sw.js").text
        colour(GREEN)
        address = self.style(client)[0]
        after = client.get("/sw.js").text
        assert address in after
        version = re.compile(r'VERSION = "(\w+)"')
        assert version.search(before)[1] != version.search(after)[1]

    def test_browsers_and_phones_show_it_around_the_page(self, client):
        colour(GREEN)
        page = client.page("/")
        assert [each["content"] for each in page.select("meta[name=theme-color]")] == [
            "#2c6136",
            "#1a1512",
        ]
        assert json.loads(client.get("/manifest.webmanifest").text)["theme_color"] == "#2c6136"

    def test_the_icon_has_it_too(self, client):
        red = client.get("/favicon.ico", follow_redirects=True).text
        colour(GREEN)
        in_page = client.page("/").select_one("link[rel=icon]")["href"]
        in_place = client.get("/favicon.ico", follow_redirects=True).text
        described = json.loads(client.get("/manifest.webmanifest").text)
        assert unquote(in_page).partition(",")[2] == in_place.strip()
        assert in_place == red.replace("#b3261e", "#2c6136") != red
        assert client.get(described["icons"][0]["src"]).text == in_place

    def test_it_is_made_once(self, app):
        folder, sheet = app.config["STATIC"], app.config["ASSETS"]["site.css"]
        name = assets.accented(folder, sheet, Shades(GREEN, "#74ab7b"))
        made = (folder / name).stat().st_mtime_ns
        assert assets.accented(folder, sheet, Shades(GREEN, "#74ab7b")) == name
        assert (folder / name).stat().st_mtime_ns == made
        assert assets.accented(folder, sheet, Shades(BLUE, "#74ab7b")) != name

    def test_where_it_cannot_be_written_pages_have_the_red(self, client, monkeypatch):
        def full(*_given):
            raise OSError(28, "No space left on device")

        before = self.style(client)
        monkeypatch.setattr(assets, "write", full)
        colour(GREEN)
        assert self.style(client) == before

    def test_one_of_a_file_from_elsewhere_that_is_none_is_the_red(self, client):
        colour("}body{display:none")
        assert "display:none}" not in self.style(client)[1].replace(" ", "")[-100:]
        assert self.style(client)[1].endswith("--accent-dark:#ff8f80}\n")
