"""The site's words."""

import pytest

from pnpm.db import begin_writing, db
from pnpm.site_settings import Setting

pytestmark = pytest.mark.engines


def test_words_have_defaults_until_they_are_changed(app):
    assert Setting.words().ticker == "Breaking News"
    begin_writing()
    Setting.change(ticker="Kabar", links=[["Desa", "https://desa.example"]], thanks=False)
    db.session.commit()
    words = Setting.words()
    assert (words.ticker, words.links, words.thanks) == (
        "Kabar",
        [["Desa", "https://desa.example"]],
        False,
    )


def test_an_unknown_word_is_refused(app):
    with pytest.raises(TypeError):
        Setting.change(colour="red")
