"""Archives of a system that only the tests know: a reader that yields the records that a test has
given it.
"""

import sys
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest

from pnpm.imports import reading
from pnpm.imports.mapping import Mapping
from pnpm.imports.records import (
    ArchivedArticle,
    ArchivedComment,
    ArchivedSite,
    System,
)
from pnpm.imports.run import Import
from pnpm.imports.source import Given

SITE = ArchivedSite("blog-1", "Blog Lama", "https://lama.blogspot.com/")
MOMENT = datetime(2012, 12, 20, 2, 13, tzinfo=UTC)


def article(key, title="Musrenbang", **more):
    """An archived article, published in December 2012."""
    values = {"html": f"<p>Isi {title}.</p>", "published_at": MOMENT} | more
    return ArchivedArticle(key, title, **values)


def comment(key, text="Terima kasih infonya", of="a1", minutes=0, **more):
    """An archived comment under the article of that key, so many minutes after it."""
    values = {"article": of, "name": "Besse"} | more
    return ArchivedComment(key, text, MOMENT + timedelta(minutes=minutes), **values)


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """Make a file that the reader of Blogger's archives reads as these records."""
    module = ModuleType("archive_of_tests")
    kept = {}
    module.read = lambda path: iter(kept[path.read_text()])
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for system in System:
        monkeypatch.setitem(reading.READERS, system, module.__name__)

    def archive(*records, site=SITE):
        name = str(len(kept))
        kept[name] = [site, *records]
        path = tmp_path / f"archive-{name}.xml"
        path.write_text(name)
        return path

    return archive


@pytest.fixture
def opened(app, config):
    """Open an archive for importing; closed after the test."""
    works = []

    def opened(path, system=System.BLOGGER, **given):
        about = Given(config.timezone, mapping=Mapping())._replace(**given)
        works.append(Import(system, path, config, about))
        works[-1].read()
        return works[-1]

    yield opened
    for work in works:
        work.close()


@pytest.fixture
def imported(opened):
    """Import an archive, and return the report."""

    def imported(path, *given, **more):
        work = opened(path, *given, **more)
        work.advance("Bu Camat")
        report = work.result()
        work.forget()
        return report

    return imported
