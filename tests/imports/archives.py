"""What the tests of readers share: samples of our own, real files, and records by their kind."""

from pathlib import Path

from pnpm.imports.records import (
    ArchivedArticle,
    ArchivedComment,
    ArchivedPicture,
    ArchivedSite,
    Unreadable,
)
from tests.conftest import SHARED, missing

SAMPLES = Path(__file__).parent / "samples"


class Archive:
    """All that a reader gave of a file, by kind."""

    def __init__(self, records):
        self.records = list(records)
        self.sites = self._of(ArchivedSite)
        self.articles = self._of(ArchivedArticle)
        self.comments = self._of(ArchivedComment)
        self.pictures = self._of(ArchivedPicture)
        self.unreadable = self._of(Unreadable)

    def _of(self, kind):
        return [record for record in self.records if isinstance(record, kind)]

    def article(self, key):
        return next(one for one in self.articles if one.key == key)

    def comment(self, key):
        return next(one for one in self.comments if one.key == key)


def real(name):
    """The path of a real archive, which is not part of the project."""
    path = SHARED / name
    if not path.is_file():
        missing(f"shared/data/{name}", "lay the shared folder beside the checkout")
    return path
