"""The demonstration site: articles in our own words with pictures drawn here, and what readers and
the office wrote under them from December 2012 on.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pnpm.articles.actions import write
from pnpm.articles.models import Article, Status
from pnpm.audit.models import ChangeSet
from pnpm.cli.errors import WHO
from pnpm.comments.models import Comment, Submission
from pnpm.comments.moderation import reply
from pnpm.comments.rules import Verdict
from pnpm.comments.submission import store
from pnpm.config import Config
from pnpm.db import db, transaction
from pnpm.markup.sanitizer import comment_html
from pnpm.site_settings import Setting

FOLDER = Path(__file__).parent
WITA = ZoneInfo("Asia/Makassar")
OFFICE = "Sekretariat UPK"  # who answers readers


class Example(NamedTuple):
    """An article: the file with its text, its title, when it was published, and its labels."""

    file: str
    title: str
    moment: datetime
    labels: tuple[str, ...]


class Remark(NamedTuple):
    """A comment: under which of ARTICLES, by whom, what, when, which of COMMENTS it answers, and
    whether the office wrote it.
    """

    article: int
    name: str
    body: str
    moment: datetime
    answers: int | None = None
    is_official: bool = False


def _on(year, month, day, hour, minute):
    return datetime(year, month, day, hour, minute, tzinfo=WITA)


ARTICLES = (
    Example(
        "latar-belakang.html",
        "Latar Belakang PNPM Mandiri Perdesaan",
        _on(2012, 12, 20, 9, 0),
        ("Program",),
    ),
    Example(
        "musyawarah-desa.html",
        "Musyawarah Desa: Usulan Datang dari Warga",
        _on(2012, 12, 22, 10, 30),
        ("Musyawarah", "Perencanaan"),
    ),
    Example(
        "simpan-pinjam.html",
        "Simpan Pinjam Perempuan: Cara Kelompok Ikut Serta",
        _on(2012, 12, 27, 8, 15),
        ("Simpan pinjam", "Perempuan"),
    ),
    Example(
        "jembatan.html",
        "Jembatan Gantung Selesai, Anak Sekolah Tidak Lagi Memutar",
        _on(2013, 1, 14, 15, 40),
        ("Prasarana", "Musyawarah"),
    ),
    Example(
        "jalan-tani.html",
        "Jalan Tani Dibuka Sebelum Musim Tanam",
        _on(2013, 2, 4, 9, 20),
        ("Prasarana", "Pertanian"),
    ),
)
PINNED = 3  # of ARTICLES
PICTURES = {  # what each of drawings.SCENES shows
    "balai": "Balai desa terbuka beratap merah; warga duduk berjajar, seorang berdiri di depan "
    "papan tulis.",
    "jembatan": "Jembatan gantung bermenara merah di atas sungai; lima warga, seorang di antaranya "
    "anak, sedang menyeberang.",
    "kelompok": "Empat perempuan berkerudung duduk di belakang meja dengan buku catatan, kotak "
    "uang, dan tumpukan uang logam.",
    "sawah": "Sawah bertingkat di kaki bukit; tiga orang bercaping menanam padi, di belakangnya "
    "dua rumah panggung.",
}
COMMENTS = (
    Remark(
        0,
        "SAPA Indonesia",
        "Bagus sekali tulisannya :)) Semoga kita semua ingat lagi untuk apa program ini dimulai.",
        _on(2012, 12, 25, 3, 13),
    ),
    Remark(0, "", "Terima kasih atas masukannya, Pak.", _on(2012, 12, 26, 0, 15)),
    Remark(
        3,
        "Nurhayati",
        "Alhamdulillah. Dulu anak saya jalan kaki hampir satu jam, sekarang seperempat jam sudah "
        "sampai di sekolah :D",
        _on(2013, 1, 14, 18, 5),
    ),
    Remark(
        3,
        "Andi Rahman",
        "Motor boleh lewat atau hanya pejalan kaki?",
        _on(2013, 1, 15, 7, 32),
    ),
    Remark(
        3,
        OFFICE,
        "Boleh, satu per satu dan dituntun. Papan bebannya kami pasang hari Sabtu di kedua ujung.",
        _on(2013, 1, 15, 10, 2),
        answers=3,
        is_official=True,
    ),
    Remark(3, "Andi Rahman", "Siap, terima kasih :)", _on(2013, 1, 15, 12, 48), answers=3),
    Remark(
        3,
        "Pak Dusun",
        "Sabtu pagi kami ikut bantu pasang papan. Kumpul di ujung timur jam tujuh.",
        _on(2013, 1, 16, 5, 57),
        answers=3,
    ),
    Remark(
        3,
        "H. Nur'aini, S.Pd.",
        "Atas nama guru, terima kasih kepada semua yang bergotong royong. Kelas jam pertama penuh "
        "lagi.",
        _on(2013, 1, 17, 13, 21),
    ),
    Remark(
        1,
        "Siti Aminah",
        "Kapan musyawarah berikutnya? Kelompok kami punya usulan tentang air bersih.",
        _on(2013, 1, 21, 19, 44),
    ),
    Remark(
        1,
        OFFICE,
        "Kamis depan pukul sembilan di balai desa, Bu. Kelompok perempuan mulai lebih dulu, pukul "
        "delapan.",
        _on(2013, 1, 22, 8, 10),
        answers=8,
        is_official=True,
    ),
    Remark(
        2,
        "Ibu Rosmini",
        "Kalau anggotanya baru tujuh orang, apakah sudah boleh mendaftar?",
        _on(2013, 1, 29, 20, 16),
    ),
    Remark(
        4,
        "Baharuddin",
        "Pupuk sekarang bisa diantar sampai ke pinggir sawah. Tinggal salurannya yang perlu "
        "diperdalam ;)",
        _on(2013, 2, 5, 6, 40),
    ),
)
LINKS = [
    ["Kabupaten Bone", "https://bone.go.id/"],
    ["Kementerian Desa", "https://www.kemendesa.go.id/"],
]


def fill(config: Config) -> None:
    """Add the demonstration unless the site has an article already.

    Raises media.formats.Refused if there is no room for its pictures.
    """
    if _has_articles():
        return
    pictures = _pictures(config)
    with transaction():
        if _has_articles():  # another process was first
            return
        articles = [_published(example, pictures) for example in ARTICLES]
        Setting.change(links=LINKS, pinned=articles[PINNED])
        written: list[int] = []
        for remark in COMMENTS:
            written.append(_commented(config, remark, articles, written))


def _has_articles():
    return db.session.scalars(Article.published().limit(1)).first() is not None


def _pictures(config):
    """Take in what is drawn, as if it was uploaded; return how an article shows each picture, by
    its name.
    """
    from pnpm.media import actions, uploads  # drawing needs Pillow, which takes long to load

    from .drawings import drawn

    shown = {}
    for name, alt in PICTURES.items():
        picture = uploads.take(config, WHO, BytesIO(drawn(name)), f"{name}.png")
        with transaction():
            actions.change(ChangeSet(WHO), picture, alt=alt)
        shown[name] = f'<img src="pictures/{picture.key}/800.jpg" alt="{alt}">'
    return shown


def _published(example: Example, pictures: Mapping[str, str]) -> int:
    body = (FOLDER / example.file).read_text("utf-8")
    for name, shown in pictures.items():
        body = body.replace(f"[{name}]", shown)
    article = write(
        ChangeSet(WHO),
        None,
        example.title,
        body,
        Status.PUBLISHED,
        labels=example.labels,
        published_at=example.moment,
    )
    return article.id


def _commented(config, remark, articles, written):
    """Store a comment, past every rule; return its number. `articles` and `written` have the
    numbers of what is there already.
    """
    html = comment_html(remark.body)
    parent = None if remark.answers is None else written[remark.answers]
    if remark.is_official:
        answered = db.session.get_one(Comment, parent)
        answer = reply(answered, remark.name, remark.body, html, ChangeSet(WHO))
        answer.created_at = remark.moment
        db.session.flush()
        return answer.id
    everyone = replace(config, moderation="off", comment_limit=None)
    submission = Submission(remark.name, "", "", remark.body, html, parent=parent)
    connection, article = db.session.connection(), articles[remark.article]
    stored = store(connection, article, submission, "", everyone, Verdict([]), remark.moment)
    return stored.comment.id
