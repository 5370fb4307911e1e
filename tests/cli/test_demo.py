"""The demonstration site as readers find it."""

import io

from PIL import Image

from pnpm.articles.models import Article
from pnpm.cli import demo
from pnpm.cli.demo.drawings import SCENES, drawn
from pnpm.comments.models import Comment
from pnpm.db import db
from pnpm.media.models import Picture

BACKGROUND = "/2012/12/latar-belakang-pnpm-mandiri-perdesaan.html"
BRIDGE = "/2013/01/jembatan-gantung-selesai-anak-sekolah-tidak-lagi-memutar.html"


def test_it_shows_pictures_labels_a_pinned_article_and_a_thread_with_answers(client, config):
    demo.fill(config)
    front = client.page("/")
    assert len(front.select(".teaser--card")) == len(demo.ARTICLES)
    assert front.select_one(".teaser--pinned .teaser__title a")["href"] == BRIDGE
    assert len(front.select(".teaser__picture")) == len(demo.PICTURES) == len(SCENES)
    assert all(card.select(".labels") for card in front.select(".teaser--card"))
    page = client.page(BRIDGE)
    image = page.select_one(".article__body picture img")
    assert image["alt"] == demo.PICTURES["jembatan"]
    assert client.get(f"/{image['src'].lstrip('/')}").status_code == 200
    answers = page.select(".comments__replies .comment__author")
    assert [each.text for each in answers] == [demo.OFFICE, "Andi Rahman", "Pak Dusun"]
    assert {picture.alt for picture in db.session.query(Picture)} == {*demo.PICTURES.values()}


def test_the_article_on_the_programme_has_its_two_comments_and_is_never_doubled(client, config):
    demo.fill(config)
    demo.fill(config)
    page = client.page(BACKGROUND)
    assert page.select_one("#comment-count").text == "2"
    assert [each["id"] for each in page.select(".comment")] == ["comment-1", "comment-2"]
    assert db.session.query(Article).count() == len(demo.ARTICLES)
    assert db.session.query(Comment).count() == len(demo.COMMENTS)


def test_its_pictures_are_drawn_the_same_each_time():
    first = drawn("balai")
    assert first == drawn("balai")
    assert Image.open(io.BytesIO(first)).size == (1600, 1200)
