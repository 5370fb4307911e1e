"""The small files of pictures, for lists on phones. Each is made when a reader first asks for it,
so that pictures have them, too, which were stored before there were any, or by a restore.
"""

from contextlib import suppress
from pathlib import Path

from pnpm.files import write
from pnpm.markup.figures import HEAD, HEADER, THUMBNAIL

from .processing import reduced

# Bytes of a file, by its width: on a first visit to the front page, a phone loads one of each of
# the larger and up to ten of the smallest ones, and everything together is to be at most 45 kB.
BUDGETS = {THUMBNAIL: 1_250, HEAD: 5_250, HEADER: 3_500}
# How many times as wide as high each is shown (static/css/teaser.css, masthead.css): what would be
# cut off there is not sent.
SHAPES = {THUMBNAIL: 4 / 3, HEAD: 16 / 9, HEADER: 3}


def made(path: Path) -> Path | None:
    """Make the file at that path from the picture's smallest one that is wider, and return its
    path; the path of that one, if the new one cannot be written. None if no such file is to be.
    """
    budget = BUDGETS.get(int(path.stem))
    if budget is None or path.suffix != ".webp":
        return None
    wider = sorted(
        (int(file.stem), file)
        for file in path.parent.glob("*.webp")
        if file.stem.isdecimal() and int(file.stem) > int(path.stem)
    )
    if not wider:
        return None
    source = wider[0][1]
    width = int(path.stem)
    with suppress(OSError):  # a full disk, one that is read only, or a file that is damaged
        content = reduced(source.read_bytes(), width, budget, SHAPES[width])
        if len(content) < source.stat().st_size:
            write(path, content)
            return path
    return source
