"""A blog as Blogger exports it, imported by the command: what is here, counted and compared by
another parser than ours.
"""

import html
import random
import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta, timezone
from xml.sax.saxutils import escape

import pytest
from sqlalchemy import select

from pnpm.articles.models import Article
from pnpm.comments.models import Comment
from pnpm.db import db

ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "{http://purl.org/syndication/thread/1.0}"
KIND = "http://schemas.google.com/g/2005#kind"
BLOG = "https://lama.blogspot.com"
POSTS, COMMENTS, DEEPEST = 60, 300, 4
ENDS = "Rapat_Desa", "jalan-tani", "2012", "dana.desa", "a--b"
PACIFIC = timezone(timedelta(hours=-8))  # Blogger's zone where nobody has chosen one
HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' "
    "xmlns:thr='http://purl.org/syndication/thread/1.0'><title>Desa</title>"
    "<id>tag:blogger.com,1999:blog-7.archive</id>"
)
ENTRY = (
    "<entry><id>tag:blogger.com,1999:blog-7.post-{key}</id><published>{moment}</published>"
    f"<category scheme='{KIND}' term='http://schemas.google.com/blogger/2008/kind#{{kind}}'/>"
    "<title>{title}</title><content type='html'>{html}</content>{more}"
    "<author><name>{name}</name><email>noreply@blogger.com</email></author></entry>"
)


def written(path):
    """Write such a blog."""
    chance, entries, used = random.Random(2012), [HEAD], set()
    for number in range(POSTS):
        # on the last evening of a month there it is the next month here
        moment = datetime(2012 + number // 12, number % 12 + 1, 28, 20, tzinfo=PACIFIC)
        moment += timedelta(days=number % 4)
        end = chance.choice(ENDS)
        if (moment.year, moment.month, end) in used:
            end = f"kabar-{number}"
        used.add((moment.year, moment.month, end))
        address = f"{BLOG}/{moment:%Y/%m}/{end}.html"
        values = {"key": 100 + number, "kind": "post", "title": f"Kabar {number}", "name": "Admin"}
        more = f"<link rel='alternate' href='{address}'/>"
        text = escape(f"<p>Isi {number} &amp; lain.</p>")
        entries.append(ENTRY.format(html=text, moment=moment.isoformat(), more=more, **values))
    depths = {}
    for number in range(COMMENTS):
        of = chance.randrange(POSTS)
        thread = depths.setdefault(of, {})
        above = [one for one in thread if thread[one] < DEEPEST]
        parent = chance.choice(above) if above and number % 2 else 0
        thread[1000 + number] = 1 + thread.get(parent, 0)
        more = f"<thr:in-reply-to ref='tag:blogger.com,1999:blog-7.post-{100 + of}'/>"
        if parent:
            address = f"http://www.blogger.com/feeds/7/{100 + of}/comments/default/{parent}"
            more += f"<link rel='related' href='{address}'/>"
        moment = datetime(2020, 1, 1, tzinfo=PACIFIC) + timedelta(minutes=number)
        text = escape(f"Nomor {number} :) 3 &lt; 5<br /><b>tebal</b>")
        values = {"key": 1000 + number, "kind": "comment", "title": "x", "name": "Nur'aini, S.Pd."}
        entries.append(ENTRY.format(html=text, moment=moment.isoformat(), more=more, **values))
    path.write_text("".join([*entries, "</feed>"]))
    return path


@pytest.fixture
def blog(app, tmp_path):
    """The entries of an imported blog, by their kinds."""
    path = written(tmp_path / "blog-12-20-2012.xml")
    done = app.test_cli_runner().invoke(args=["import", "blogger", str(path)])
    assert f"articles: {POSTS} taken, 0 merged, 0 held, 0 dropped" in done.output
    assert f"comments: {COMMENTS} taken, 0 merged, 0 held, 0 dropped" in done.output
    kinds = {"post": [], "comment": []}
    for entry in ElementTree.parse(path).getroot().iter(f"{ATOM}entry"):
        kinds[entry.find(f"{ATOM}category").get("term").rpartition("#")[2]].append(entry)
    return kinds


def words(of):
    """The visible words of HTML, with codes for emoticons."""
    codes = re.sub(r'<img [^>]*alt="([^"]*)"[^>]*>', r"\1", of)
    return html.unescape(re.sub("<[^>]*>", " ", codes)).split()


def key_of(address):
    """The number at the end of an address or id."""
    return int(re.split("[-/]", address)[-1])


def test_every_address_answers_without_a_redirect(blog, client):
    for entry in blog["post"]:
        path = entry.find(f"{ATOM}link").get("href").removeprefix(BLOG)
        for address in (path, f"{path}?m=1"):
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert f"{entry.findtext(f'{ATOM}title')}<" in answer.text


def test_every_comment_is_as_it_was(blog):
    titles = {each.id: each.title for each in db.session.scalars(select(Article))}
    here = {1000 + int(each.body.split()[1]): each for each in db.session.scalars(select(Comment))}
    above = {}
    for entry in blog["comment"]:
        link = entry.find(f"{ATOM}link")
        above[key_of(entry.findtext(f"{ATOM}id"))] = (
            None if link is None else key_of(link.get("href"))
        )
    for entry in blog["comment"]:
        key = key_of(entry.findtext(f"{ATOM}id"))
        comment = here[key]
        assert words(comment.html) == words(entry.findtext(f"{ATOM}content"))
        assert 'class="emoticon"' in comment.html
        assert comment.name == entry.find(f"{ATOM}author").findtext(f"{ATOM}name")
        there = datetime.fromisoformat(entry.findtext(f"{ATOM}published"))
        assert comment.created_at.astimezone(UTC) == there.astimezone(UTC)
        of = key_of(entry.find(f"{THREAD}in-reply-to").get("ref"))
        assert titles[comment.article_id] == f"Kabar {of - 100}"
        first = key
        while above[first] is not None:
            first = above[first]
        assert comment.parent_id == (None if first == key else here[first].id)
        answers_another = above[key] not in (None, first)
        assert comment.reply_to_id == (here[above[key]].id if answers_another else None)
