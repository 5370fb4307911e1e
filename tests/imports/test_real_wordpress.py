"""What WordPress itself exports, imported: it is installed into an empty database of the tests' MariaDB,
filled, and asked for its own export.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from pnpm.articles.models import Article
from pnpm.articles.models import Status as ArticleStatus
from pnpm.articles.tags import labels_of
from pnpm.comments.models import Comment, Status
from pnpm.db import db
from pnpm.markup import sanitizer
from tests import engines

WORDPRESS = Path("/usr/share/wordpress")
SITE = Path(__file__).with_name("wordpress_site.php")
POSTS = [
    {
        "post_title": 'Rapat & "musyawarah" ]]> 2013',
        "post_content": "Bismillah.\n\nIsi kedua, dengan ]]> dan <em>tekanan</em> \U0001f600",
        "post_status": "publish",
        "post_date": "2013-01-01 00:30:00",
        "labels": ["Musyawarah", "Air bersih"],
    },
    {"post_title": "Konsep", "post_content": "Belum jadi", "post_status": "draft"},
    {"post_title": "Rahasia", "post_content": "Hanya pegawai", "post_status": "private"},
    {
        "post_title": "Bersandi",
        "post_content": "Dengan sandi",
        "post_status": "publish",
        "post_password": "rahasia",
    },
    {
        "post_title": "Profil",
        "post_type": "page",
        "post_content": "Kecamatan di Bone",
        "post_status": "publish",
    },
    {"post_title": "Dibuang", "post_content": "Sampah", "post_status": "trash"},
]
COMMENTS = [
    {"comment_author": "Andi & Besse", "comment_content": "Bagus :)) & <b>tebal</b>"},
    {"comment_author": "Daeng", "comment_content": "Baris satu\nbaris dua \U0001f33e"},
    {"comment_author": "Uleng", "comment_content": "Balasan pertama", "comment_parent": 0},
    {"comment_author": "Rahim", "comment_content": "Balasan atas balasan", "comment_parent": 2},
    {"comment_author": "Menunggu", "comment_content": "Belum dibaca", "comment_approved": "0"},
    {"comment_author": "Iklan", "comment_content": "Beli di sini", "comment_approved": "spam"},
    {"comment_author": "Gema", "comment_content": "[...]", "comment_type": "pingback"},
]
ADDRESS = "10.11.12.13"

pytestmark = [
    pytest.mark.engines,
    pytest.mark.skipif(engines.ENGINE != "mariadb", reason="WordPress needs MariaDB"),
    pytest.mark.skipif(
        not (WORDPRESS.is_dir() and shutil.which("php")),
        reason="WordPress is missing: apt-get install wordpress php-cli php-mysql",
    ),
]


@pytest.fixture(scope="module")
def export(server, tmp_path_factory):
    """What WordPress exports of these posts and comments."""
    database = make_url(server.create("wordpress"))
    comments = [
        {
            "comment_post_ID": 0,
            "comment_author_email": "warga@desa.example",
            "comment_author_IP": ADDRESS,
            "comment_date": f"2013-01-02 10:{minute:02}:00",
            "comment_approved": "1",
            **comment,
        }
        for minute, comment in enumerate(COMMENTS)
    ]
    place = {
        "WORDPRESS": f"{WORDPRESS}/",
        "DB_NAME": database.database,
        "DB_USER": database.username,
        "DB_PASSWORD": "",
        "DB_HOST": f"127.0.0.1:{database.port}",
        "WP_CONTENT_DIR": str(tmp_path_factory.mktemp("wp-content")),
    }
    done = subprocess.run(
        [shutil.which("php"), SITE],
        input=json.dumps({"posts": POSTS, "comments": comments}).encode(),
        env=os.environ | place,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()[-2000:]
    path = tmp_path_factory.mktemp("export") / "desa.WordPress.xml"
    path.write_bytes(done.stdout)
    return path


@pytest.fixture
def here(export, app):
    """The site after the import, and what the command said."""
    report = export.with_name("report.json")
    done = app.test_cli_runner().invoke(
        args=["import", "wordpress", str(export), "--report", str(report)]
    )
    assert done.exit_code == 0, done.output
    return json.loads(report.read_text())


def articles():
    """The articles by their titles."""
    return {article.title: article for article in db.session.scalars(select(Article))}


def test_every_post_is_here_and_what_was_not_public_is_a_draft(here):
    assert here["articles"] == {"taken": 4, "merged": 0, "held": 0, "dropped": 1}
    assert here["pages"] == {"taken": 1, "merged": 0, "held": 0, "dropped": 0}
    found = {title: article.status for title, article in articles().items()}
    assert found == {
        POSTS[0]["post_title"]: ArticleStatus.PUBLISHED,
        "Konsep": ArticleStatus.DRAFT,
        "Rahasia": ArticleStatus.DRAFT,
        "Bersandi": ArticleStatus.DRAFT,
        "Profil": ArticleStatus.PAGE,
    }


def test_a_text_its_labels_and_its_moment_are_the_same(here):
    article = articles()[POSTS[0]["post_title"]]
    assert sanitizer.plain(article.html) == (
        "Bismillah. Isi kedua, dengan ]]> dan tekanan \U0001f600"
    )
    assert article.html.count("<p>") == 2
    labels = {label.name for label in labels_of([article.id])[article.id]}
    assert labels == set(POSTS[0]["labels"])
    assert article.published_at.isoformat() == "2012-12-31T16:30:00+00:00"


def test_its_old_addresses_lead_to_it(here, client):
    article = articles()[POSTS[0]["post_title"]]
    slug = article.slug.rpartition("/")[2]
    for old in (f"/2013/01/01/{slug}/", f"/2013/01/01/{slug}"):
        answer = client.get(old)
        assert (answer.status_code, answer.location) == (301, f"/2013/01/{slug}.html")


def test_comments_keep_author_text_moment_thread_and_status(here):
    found = list(db.session.scalars(select(Comment).order_by(Comment.created_at)))
    given = COMMENTS[:5]  # WordPress does not export spam
    assert [comment.name for comment in found] == [one["comment_author"] for one in given]
    assert [comment.created_at.isoformat() for comment in found] == [
        f"2013-01-02T02:{minute:02}:00+00:00" for minute in range(len(given))
    ]
    assert [comment.status for comment in found] == [Status.PUBLISHED] * 4 + [Status.PENDING]
    first, _second, reply, deeper, *_others = found
    assert (reply.parent_id, reply.reply_to_id) == (first.id, None)
    assert (deeper.parent_id, deeper.reply_to_id) == (first.id, reply.id)
    assert sanitizer.plain(first.html) == "Bagus :)) & tebal"
    assert sanitizer.plain(found[1].html) == "Baris satu baris dua \U0001f33e"


def test_no_network_address_comes_along(here, config):
    for comment in db.session.scalars(select(Comment)):
        assert ADDRESS not in repr(vars(comment))
