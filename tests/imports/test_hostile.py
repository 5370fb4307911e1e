"""Archives of who wants to do harm: nothing that a browser would run is stored, wherever in an
archive it stood.
"""

import json
from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from pnpm.articles.models import Article
from pnpm.comments.models import Comment
from pnpm.db import db
from pnpm.imports.pictures import Pictures
from pnpm.imports.records import System
from pnpm.markup.sanitizer import ARTICLE_ATTRIBUTES, ARTICLE_TAGS
from tests.conftest import SHARED, missing

from .conftest import article, comment

OWN = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<iframe srcdoc='&lt;script>alert(1)&lt;/script>'></iframe>",
    "<math><mi xlink:href='data:x,<script>alert(1)</script>'>x</math>",
    "<style>@import 'javascript:alert(1)'</style><p style='x:expression(1)'>x</p>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='https://x.example/\" onmouseover=\"alert(1)'>x</a>",
    "]]><script>alert(1)</script><![CDATA[",
    "javascript:alert(1)",
]
PICTURES = {"picture", "source", "span"}  # of what the program itself writes
ATTRIBUTES = {name for names in ARTICLE_ATTRIBUTES.values() for name in names}
ATTRIBUTES |= {"class", "rel", "loading", "decoding", "sizes", "srcset", "type", "media"}


class Tags(HTMLParser):
    """What of some HTML must not be there."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in ARTICLE_TAGS | PICTURES:
            self.found.append(tag)
        for name, value in attrs:
            is_address = name in ("href", "src")
            scheme = (value or "").partition(":")[0].strip().lower()
            if name not in ATTRIBUTES or (is_address and scheme in ("javascript", "vbscript")):
                self.found.append(f"{tag} {name}={value}")


def real():
    """Every tenth of the payloads that others have collected, if they are there."""
    if not SHARED.is_dir():
        missing("the payloads of others", "they are not part of this project")
    files = sorted((SHARED / "xss").glob("*.json"))
    return [each for file in files for each in json.loads(file.read_text())[::10]]


@pytest.mark.parametrize("payloads", [lambda: OWN, real], ids=["ours", "of others"])
def test_nothing_that_runs_is_stored(archive, imported, config, client, payloads):
    records = []
    for number, one in enumerate(payloads()):
        html = f'{one}<img src="https://x.example/{number}.jpg" alt="{one}"><a href="{one}">x</a>'
        address = f"https://x.example/2012/12/x{number}.html"
        more = {"addresses": (one, address), "labels": (one,), "author": one}
        records.append(article(f"a{number}", one, html=html, **more))
        said = {"name": one, "email": one, "website": one}
        records.append(comment(f"c{number}", html, of=f"a{number}", **said))
    imported(archive(*records), System.BLOGGER, pictures=Pictures(config, None, None, False, "x"))
    stored = [*db.session.scalars(select(Article.html)), *db.session.scalars(select(Comment.html))]
    assert len(stored) > len(records) / 2
    assert [Tags(html).found for html in stored if Tags(html).found] == []
    websites = {*db.session.scalars(select(Comment.website))} - {""}
    assert all(one.startswith(("http://", "https://")) for one in websites)
    assert all(
        "@" in one and "<" not in one for one in db.session.scalars(select(Comment.email)) if one
    )
    page = client.page("/2012/12/x0.html")
    assert page.select_one("h1").text.strip() == db.session.get_one(Article, 1).title
    assert not page.select("article script, #comments script, iframe, svg[onload]")
