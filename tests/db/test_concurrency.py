"""Several processes at once, and one that is killed: one comment, every acknowledged one kept, the
count right.
"""

import os
import re
import signal
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.browser.conftest import served
from tests.conftest import fields, soup

pytestmark = pytest.mark.engines


class Answer:
    """What a request came to."""

    def __init__(self, status, text):
        self.status, self.text = status, text

    def get_data(self, as_text):
        """As Flask's answers give theirs."""
        return self.text


def post(address, form):
    """Send a form as htmx does."""
    data = urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(address, data, {"HX-Request": "true"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return Answer(answer.status, answer.read().decode())


@pytest.fixture(scope="module")
def site(new_instance, tmp_path_factory):
    """A site on two processes."""
    place = tmp_path_factory.mktemp("concurrency") / "instance"
    with new_instance(place) as folder, served(folder, MODERATION="off") as site:
        yield site


def form_of(address):
    with urllib.request.urlopen(address, timeout=20) as answer:
        return fields(soup(Answer(200, answer.read().decode())))


@pytest.mark.parametrize("nonce", ["abc", ""])
def test_the_same_form_from_many_hands_at_once_is_one_comment_and_one_answer(site, nonce):
    address = site.article(f"Serentak {nonce}")
    form = {**form_of(address), "body": "serentak", "nonce": nonce}
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda _: post(address, form), range(24)))
    assert {answer.status for answer in answers} == {201}
    assert len({re.search(r'id="(comment-\d+)"', answer.text)[1] for answer in answers}) == 1
    assert site.comments(address) == 1


def test_many_comments_at_once_are_all_kept_and_counted(site):
    address = site.article("Ramai")
    form = form_of(address)
    with ThreadPoolExecutor(8) as hands:
        answers = list(
            hands.map(
                lambda number: post(address, {**form, "body": f"komentar {number}"}), range(60)
            )
        )
    assert {answer.status for answer in answers} == {201}
    assert site.comments(address) == 60


@pytest.mark.system
def test_what_was_acknowledged_before_a_kill_is_there_after_it(instance):
    acknowledged = []
    with served(instance, MODERATION="off") as site:
        address = site.article("Mati listrik")
        form = form_of(address)
        workers = [
            int(pid)
            for pid in re.findall(
                r"Booting worker with pid: (\d+)", (Path(instance) / "server.log").read_text()
            )
        ]
        for number in range(40):
            if number == 25:
                for worker in workers:
                    os.kill(worker, signal.SIGKILL)
            try:
                answer = post(address, {**form, "body": f"komentar {number}"})
                acknowledged.append(re.search(r'id="comment-(\d+)"', answer.text)[1])
            except (HTTPException, OSError):  # killed before it answered, or amid its answer
                continue
    with served(instance) as site:
        slug = urllib.parse.urlsplit(address).path
        page = soup(
            Answer(200, urllib.request.urlopen(site.url + slug, timeout=20).read().decode())
        )
        shown = {comment["id"].removeprefix("comment-") for comment in page.select(".comment")}
        assert len(acknowledged) >= 30
        assert set(acknowledged) <= shown
        assert int(page.select_one("#comment-count").text) == len(shown)
