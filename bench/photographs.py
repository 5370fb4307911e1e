"""Photographs as a phone takes them, made here: sky and ground, leaves and gravel, things with
edges, a small sensor's grain.
"""

import io
import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from pnpm import create_app
from pnpm.articles.actions import write
from pnpm.articles.models import PAGE, Status
from pnpm.audit.models import ChangeSet
from pnpm.db import db, transaction
from pnpm.media import uploads
from pnpm.site_settings import Setting

COUNT = 6  # in an article
PARAGRAPH = f"<p>{'Rapat dihadiri tiga puluh dua orang dari empat dusun, dan berlangsung sampai sore. ' * 6}</p>"
FIGURE = (
    '<figure><img src="pictures/{}/800.jpg" alt="Warga"><figcaption>Warga di kantor '
    "camat</figcaption></figure>"
)
LABELS = "Anggaran", "Rapat desa"
WIDTH, HEIGHT = 4000, 3000
THINGS = 60
TEXTURES = 8, 16, 32, 64  # pixels: the size of leaves, stones, folds of cloth


def prepare(instance: Path) -> str:
    """Publish a report with photographs on a site that `site.prepare` has made, as the office does,
    and give its path.
    """
    app = create_app({"INSTANCE": str(instance)})
    with app.app_context():
        keys = [_taken(app.config["PNPM"], number) for number in range(COUNT)]
        figures = [FIGURE.format(key) for key in keys]
        with transaction():
            body = PARAGRAPH.join(["", *figures, ""])
            article = write(
                ChangeSet("Bu Camat"), None, "Laporan rapat desa", body, Status.PUBLISHED
            )
        path = "/{year}/{month:02}/{slug}.html".format(
            **article.address(app.config["PNPM"].timezone)
        )
        db.session.remove()
        db.engine.dispose()
    return path


def prepare_front(instance: Path) -> None:
    """Publish as many articles as the front page lists on a site that `site.prepare` has made, each
    with a photograph and labels, the first of them pinned.
    """
    app = create_app({"INSTANCE": str(instance)})
    with app.app_context():
        keys = [_taken(app.config["PNPM"], number) for number in range(COUNT)]
        with transaction():
            for number in range(PAGE + 1):
                body = f"{PARAGRAPH}{FIGURE.format(keys[number % COUNT])}"
                title = f"Kabar nomor {number} dari balai desa"
                article = write(
                    ChangeSet("Bu Camat"), None, title, body, Status.PUBLISHED, labels=LABELS
                )
                if number == 0:
                    Setting.change(pinned=article.id)
        db.session.remove()
        db.engine.dispose()


def photograph(number: int) -> bytes:
    """A JPEG of 12 megapixels, a different one for each number. What readers get of it is as large
    as of a real, busy one.
    """
    source = random.Random(number)
    image = _light(source)
    draw = ImageDraw.Draw(image)
    for _thing in range(THINGS):
        x, y, size = (
            source.randrange(WIDTH),
            source.randrange(HEIGHT // 3, HEIGHT),
            source.randrange(60, 700),
        )
        shape = source.choice((draw.rectangle, draw.ellipse))
        shape((x, y, x + size, y + size * source.choice((0.5, 1, 2))), fill=_colour(source))
    for size in TEXTURES:
        image = ImageChops.overlay(image, _noise(size, 30))
    kept = io.BytesIO()
    ImageChops.overlay(image, _noise(1, 20)).save(kept, "JPEG", quality=90)
    return kept.getvalue()


def _taken(config, number):
    return uploads.take(config, "Bu Camat", io.BytesIO(photograph(number)), f"foto{number}.jpg").key


def _light(source):
    """A sky above a field: few colours, which flow into each other."""
    few = Image.new("RGB", (4, 3))
    for place in range(12):
        few.putpixel((place % 4, place // 4), _colour(source))
    return few.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def _noise(size, strength):
    small = Image.effect_noise((WIDTH // size, HEIGHT // size), strength)
    return small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC).convert("RGB")


def _colour(source):
    return tuple(source.randrange(50, 200) for _channel in range(3))
