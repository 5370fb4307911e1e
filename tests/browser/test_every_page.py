"""Every page of the demonstration, with an office's data: at the three widths nothing is cut off, no
word is left in the other language, and with other fonts and large text nothing breaks.
"""

import re
import shutil
import subprocess

import pytest
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup

from pnpm.db import db, transaction
from pnpm.site_settings import Setting
from tests.architecture.test_translations import CATALOGUE
from tests.browser import every_page
from tests.browser.conftest import PHONE
from tests.browser.every_page import ADMIN, BRIDGE
from tests.browser.layout import COVERED, CUT, OUTSIDE, OVERLAPPING, WIDER, faults
from tests.conftest import missing

WIDTHS = 1280, 768, 360
# what is read and done every day
MAIN = (
    "/",
    BRIDGE,
    "/cari?q=jembatan",
    "/admin/",
    "/admin/comments",
    "/admin/articles/new",
    "/admin/settings",
)
FONTS = "DejaVu Sans", "DejaVu Serif", "Roboto"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%[sd]|\{\}")
SPOKEN = "title", "alt", "placeholder", "aria-label", "data-words"
# what readers and officers wrote, in whatever language
WRITTEN = "script, style, textarea, .article__body, .comment__body, .teaser, .masthead, .ticker, [lang], option"
# of the whole page, as a reader's browser may have it
FORCE = """([font, size]) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { font-family: "${font}" !important }`);
  document.adoptedStyleSheets = [sheet];
  document.documentElement.style.setProperty("font-size", size);
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The demonstration, with an office's data."""
    with every_page.demonstration(tmp_path_factory.mktemp("every") / "instance") as site:
        yield site


@pytest.fixture(scope="module")
def found(site):
    """Its pages, and the endpoints that were asked for."""
    return every_page.pages(site)


@pytest.fixture
def windows(site, enter, open_page):
    """A reader's and an officer's browser; `windows[page.is_office]`."""
    return open_page(site.url), enter("/admin/", ADMIN)


def test_no_page_is_forgotten(site, found):
    listed, asked = found
    assert every_page.forgotten(site, asked) == set(), "a link to it, or a line in ELSEWHERE"
    assert len(listed) > 50


def test_on_no_page_anything_is_cut_off_at_any_width(site, found, windows):
    wrong = {}
    for one in found[0]:
        page = windows[one.is_office]
        answer = page.goto(f"{site.url}{one.path}", wait_until="load")
        assert answer.status < 500, one.path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if seen := faults(page, WIDER, CUT, OUTSIDE):
                wrong[one.path, width] = seen
    assert wrong == {}


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_page_has_a_word_of_the_other_language(site, found, language):
    with site.app.app_context():
        with transaction():
            Setting.change(language=language)
        db.session.remove()
    plain, patterns = _foreign(language)
    reader, officer = site.app.test_client(), every_page.signed_in(site)
    wrong = {}
    for one in found[0]:
        words = _words((officer if one.is_office else reader).get(one.path, base_url=site.url).text)
        if seen := [each for each in words if each in plain or patterns.fullmatch(each)]:
            wrong[one.path] = seen
    assert wrong == {}


def _foreign(language):
    """What the program says in the other language alone: sentences, and a pattern of those in which
    something is put.
    """
    with CATALOGUE.open("rb") as file:
        said = [
            (each.id, each.string) for each in read_po(file) if each.id and isinstance(each.id, str)
        ]
    ours = {sides[language == "en"] for sides in said}
    others = {sides[language == "id"] for sides in said} - ours
    patterns = [
        ".+".join(map(re.escape, PLACEHOLDER.split(each)))
        for each in others
        if PLACEHOLDER.search(each) and len(PLACEHOLDER.sub("", each)) > 12
    ]
    return others, re.compile("|".join(patterns))


def _words(html):
    """The sentences of a page, also those that are only spoken or come later."""
    page = BeautifulSoup(html, "html.parser")
    for each in page.select(WRITTEN):
        if each.name != "html":
            each.decompose()
    for each in page.find_all(True):
        for name, value in each.attrs.items():
            if name.startswith(SPOKEN) and isinstance(value, str):
                yield value
    for text in page.find_all(string=True):
        yield " ".join(text.split())


@pytest.mark.parametrize("font", FONTS)
def test_with_any_font_and_twice_as_large_nothing_breaks_or_hides(site, windows, font):
    if not _is_there(font):
        missing(font, "apt-get install fonts-dejavu-core fonts-roboto-unhinted")
    wrong = {}
    for path in MAIN:
        page = windows[path.startswith("/admin")]
        page.set_viewport_size(PHONE)
        page.goto(f"{site.url}{path}", wait_until="load")
        for size in ("100%", "200%"):
            page.evaluate(FORCE, [font, size])
            page.evaluate("() => document.fonts.ready.then(() => true)")
            if seen := faults(page, WIDER, CUT, OUTSIDE, OVERLAPPING, COVERED):
                wrong[path, size] = seen
    assert wrong == {}


def _is_there(font):
    """Whether this machine has that font."""
    program = shutil.which("fc-match")
    if program is None:
        return False
    done = subprocess.run(
        [program, "-f", "%{family}", font], capture_output=True, text=True, check=True
    )
    return font in done.stdout
