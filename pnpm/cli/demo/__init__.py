"""The demonstration site: three articles in our own words, and two comments of December 2012 under
the first.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pnpm.articles.models import Article
from pnpm.comments.models import Submission
from pnpm.comments.rules import Verdict
from pnpm.comments.submission import store
from pnpm.config import Config
from pnpm.db import db
from pnpm.markup.sanitizer import article_html, comment_html
from pnpm.site_settings import Setting

FOLDER = Path(__file__).parent
WITA = ZoneInfo("Asia/Makassar")
ARTICLES = (  # file, title, moment; the first is the one that has comments
    (
        "latar-belakang.html",
        "Latar Belakang PNPM Mandiri Perdesaan",
        datetime(2012, 12, 20, 9, 0, tzinfo=WITA),
    ),
    (
        "musyawarah-desa.html",
        "Musyawarah Desa: Usulan Datang dari Warga",
        datetime(2012, 12, 22, 10, 30, tzinfo=WITA),
    ),
    (
        "simpan-pinjam.html",
        "Simpan Pinjam Perempuan: Cara Kelompok Ikut Serta",
        datetime(2012, 12, 27, 8, 15, tzinfo=WITA),
    ),
)
COMMENTS = (
    (
        "SAPA Indonesia",
        "Bagus sekali tulisannya :)) Semoga kita semua ingat lagi untuk apa program ini dimulai.",
        datetime(2012, 12, 25, 3, 13, tzinfo=WITA),
    ),
    ("", "Terima kasih atas masukannya, Pak.", datetime(2012, 12, 26, 0, 15, tzinfo=WITA)),
)
LINKS = [
    ["Kabupaten Bone", "https://bone.go.id/"],
    ["Kementerian Desa", "https://www.kemendesa.go.id/"],
]


def fill(config: Config) -> None:
    """Add the demonstration unless the site has an article already. The caller has called
    `begin_writing`, and commits.
    """
    if db.session.scalars(Article.published().limit(1)).first():
        return
    Setting.change(links=LINKS)
    article, *_others = [_publish(*given) for given in ARTICLES]
    db.session.flush()
    everyone = replace(config, moderation="off", comment_limit=None)
    for name, body, moment in COMMENTS:
        store(
            db.session.connection(),
            article.id,
            Submission(name, "", "", body, comment_html(body)),
            "",
            everyone,
            Verdict([]),
            moment,
        )


def _publish(file, title, moment):
    body = (FOLDER / file).read_text("utf-8")
    return Article.publish(title=title, body=body, html=article_html(body), moment=moment)
