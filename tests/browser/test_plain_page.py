"""What a visitor sees when the site cannot be read: on a phone, in light and dark, with what was
typed.
"""

import pytest

from tests.browser.conftest import PHONE
from tests.conftest import on_sqlite
from tests.faults.conftest import ARTICLE, house

__all__ = ["house"]
TEXT = "Jalan ke balai desa terputus sejak subuh.\nMohon kabar bila sudah dapat dilewati."


@on_sqlite
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_the_text_stays_on_the_page_and_is_sent_from_it(house, browser, tmp_path, scheme, script):
    aside = house.database.with_name("aside.db")
    with house.served(workers=1) as reader:
        page = browser.new_context(
            viewport=PHONE, color_scheme=scheme, java_script_enabled=script, locale="id-ID"
        ).new_page()
        page.goto(f"{reader.url}{ARTICLE}")
        page.fill("#body", TEXT)
        house.database.rename(aside)
        page.click("#comment-form button[type=submit]")
        page.wait_for_selector("#status strong" if script else "#typed")
        assert "Isi situs sedang tidak dapat dibuka" in page.inner_text(
            "#status" if script else "h1"
        )
        assert page.input_value("#body" if script else "#typed textarea") == TEXT
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.screenshot(path=tmp_path / f"{scheme}.png")
        aside.rename(house.database)
        page.click("#comment-form button[type=submit]" if script else "#typed button")
        page.wait_for_selector(".comment >> text=Jalan ke balai desa")
        page.context.close()
    assert house.bodies()[3:] == [TEXT]
