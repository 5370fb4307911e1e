"""Takes a picture of every page of the demonstration at three widths, light and dark, in each
language, and puts them together: a sheet for each language and scheme, to be looked at.

`make screenshots` writes them into dist/contact-sheet/, which is not committed.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, sync_playwright

from pnpm.db import db, transaction
from pnpm.site_settings import Setting
from tests.browser import every_page
from tests.browser.conftest import CHROMIUMS, PASSWORD, Site
from tests.browser.every_page import ADMIN, Page

TARGET = Path(__file__).resolve().parent.parent / "dist/contact-sheet"
LANGUAGES, SCHEMES = ("id", "en"), ("light", "dark")
SCREENS = (360, 960), (768, 1200), (1280, 1040)  # pixels; what lies below is left out
HEIGHT = 400  # pixels of each picture on the sheet
COLUMNS = 4  # pages beside each other
GAP, TITLE = 12, 24  # pixels
GROUND, INK = "#78716c", "#ffffff"


@dataclass(frozen=True)
class Shot:
    """A page as it looks on each of SCREENS, reduced to the height on the sheet."""

    page: Page
    pictures: list[Image.Image]


def main() -> int:
    """Write the sheets, and a page that shows them; 1 if there is no browser."""
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        print("To take pictures, install chromium-headless-shell", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        every_page.demonstration(Path(folder) / "instance") as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        found, _asked = every_page.pages(site)
        for language in LANGUAGES:
            speak(site, language)
            for scheme in SCHEMES:
                name = f"{language}-{scheme}.png"
                sheet(list(shots(browser, site, found, scheme))).save(TARGET / name)
                print(f"{TARGET / name}: {len(found)} pages on {len(SCREENS)} screens", flush=True)
        browser.close()
    names = [f"{language}-{scheme}.png" for language in LANGUAGES for scheme in SCHEMES]
    (TARGET / "index.html").write_text(
        "<!doctype html><title>Contact sheet</title>"
        + "".join(f'<h1>{name}</h1><img src="{name}" alt="{name}">' for name in names)
    )
    return 0


def speak(site: Site, language: str) -> None:
    """Set the language of that site."""
    with site.app.app_context():
        with transaction():
            Setting.change(language=language)
        db.session.remove()


def shots(browser: Browser, site: Site, found: list[Page], scheme: str) -> Iterator[Shot]:
    """Take each page on all screens, as readers or an admin see it."""
    contexts = [
        browser.new_context(color_scheme=scheme, service_workers="block", reduced_motion="reduce")
        for _side in range(2)
    ]
    reader, officer = (context.new_page() for context in contexts)
    officer.goto(f"{site.url}/admin/login")
    officer.fill("#username", ADMIN)
    officer.fill("#password", PASSWORD)
    officer.click("#login-form button[type=submit]")
    officer.wait_for_load_state()
    for one in found:
        page = officer if one.is_office else reader
        page.goto(f"{site.url}{one.path}", wait_until="load")
        yield Shot(one, [_taken(page, *size) for size in SCREENS])
    for context in contexts:
        context.close()


def _taken(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    image = Image.open(io.BytesIO(page.screenshot(type="jpeg", quality=85)))
    return image.resize((round(image.width * HEIGHT / image.height), HEIGHT))


def sheet(taken: list[Shot]) -> Image.Image:
    """Put the pages together, in rows of COLUMNS, each with its path above it."""
    wide = max(sum(each.width for each in one.pictures) for one in taken) + GAP * len(SCREENS)
    high = HEIGHT + TITLE + GAP
    rows = -(-len(taken) // COLUMNS)
    image = Image.new("RGB", (wide * COLUMNS + GAP, high * rows + GAP), GROUND)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(14)
    for number, one in enumerate(taken):
        left, top = GAP + wide * (number % COLUMNS), GAP + high * (number // COLUMNS)
        draw.text((left, top), one.page.path[:90], fill=INK, font=font)
        for picture in one.pictures:
            image.paste(picture, (left, top + TITLE))
            left += picture.width + GAP
    return image


if __name__ == "__main__":
    sys.exit(main())
