"""Many large photographs in one plain form, on a real server: what there is time for comes in, and
the rest is named.
"""

import sqlite3
from contextlib import closing

import pytest

from tests.conftest import TOP
from tests.photographs import photograph

COUNT, SIZE = 8, 3 * 1024 * 1024
# The same site, whose time for one form is over sooner.
WSGI = f"""
import sys
sys.path.insert(0, {str(TOP)!r})
from pnpm import create_app
from pnpm.admin import media
media.BUDGET = {{budget}}
app = create_app()
"""


def form(token, photographs):
    """A plain form of files, as a browser sends it."""
    line, end = b"--batas\r\nContent-Disposition: form-data; name=", b"\r\n"
    body = line + b'"csrf_token"\r\n\r\n' + token.encode() + end
    for number, content in enumerate(photographs):
        body += (
            line
            + b'"file"; filename="%d.jpg"\r\nContent-Type: image/jpeg\r\n\r\n' % number
            + content
            + end
        )
    return body + b"--batas--\r\n"


def send(visitor, photographs):
    """The page that answers."""
    return visitor.ask(
        "/admin/pictures",
        form(visitor.token, photographs),
        Content_Type="multipart/form-data; boundary=batas",
    )


def kept(house):
    """How many pictures are known."""
    with closing(sqlite3.connect(house.database)) as connection:
        return connection.execute("SELECT count(*) FROM picture").fetchone()[0]


@pytest.fixture
def photographs():
    """As telephones take them."""
    taken = [photograph(1600, 1200, seed) for seed in range(COUNT)]
    return [content + bytes(SIZE - len(content)) for content in taken]


def test_over_time_what_came_in_stays_the_rest_is_named_and_comes_in_when_it_is_sent_again(
    house, tmp_path, photographs
):
    (tmp_path / "wsgi.py").write_text(WSGI.replace("{budget}", "0.1"))
    before = kept(house)
    with house.served(program=tmp_path) as visitor:
        visitor.sign_in()
        left = photographs
        while (answer := send(visitor, left)).status != 303:
            named = [line.get_text() for line in answer.page.select("#sent li")]
            late = [line for line in named if "Kirim yang ini sekali lagi" in line]
            assert (answer.status, len(named)) == (422, len(left))
            assert len(late) < len(left), "each time some come in"
            left = left[-len(late) :]
            assert kept(house) - before == COUNT - len(left)
        assert len(left) < COUNT
        assert kept(house) - before == COUNT
    assert "Traceback" not in house.said and "TIMEOUT" not in house.said


def test_over_size_a_page_says_how_much_is_taken(house, photographs):
    with house.served() as visitor:
        visitor.sign_in()
        answer = send(visitor, photographs * 5)
    assert answer.status == 413
    assert "20 gambar dan 30 MB" in answer.words
    assert "Traceback" not in house.said
