"""The stylesheets as they go out."""

from pathlib import Path

import pytest

from tests.conftest import TOP

# All rules of a stylesheet, as the browser understands it.
RULES = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  // a value with a var() is told as it was written: space around its commas means nothing
  return [...sheet.cssRules].map((rule) => rule.cssText.replace(/\\s*,\\s*/g, ",").replace(/\\s+/g, " "));
}"""


@pytest.mark.parametrize(("folder", "name"), [("css", "site.css"), ("css/admin", "admin.css")])
def test_a_browser_understands_them_as_they_were_written(serve, open_page, folder, name):
    with serve() as site:
        page = open_page(f"{site.url}/")
        sent = Path(site.app.config["STATIC"]) / site.app.config["ASSETS"][name]
        written = "".join(
            path.read_text() for path in sorted((TOP / "static" / folder).glob("*.css"))
        )
        rules = page.evaluate(RULES, written)
        assert len(rules) > 100
        assert page.evaluate(RULES, sent.read_text()) == rules
