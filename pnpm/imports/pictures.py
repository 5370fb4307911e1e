"""The pictures that archived articles show, made this site's own."""

from pathlib import Path
from typing import NamedTuple

from pnpm.config import Config


class PictureOutcome(NamedTuple):
    """What became of a picture: `taken`, `merged` (it was here already) or `dropped`, and why; its
    key, if it is here.
    """

    result: str
    name: str
    why: str = ""
    key: str = ""


class Pictures:
    """The pictures of an archive, in it or in a folder."""

    def __init__(
        self, config: Config, file: Path, folder: Path | None, fetch: bool, who: str
    ) -> None:
        self.config, self.file, self.folder, self.fetch, self.who = config, file, folder, fetch, who

    def take(self, html: str) -> tuple[str, list[PictureOutcome]]:
        """Return an article's HTML with the pictures of this site, and what became of each."""
        return html, []
