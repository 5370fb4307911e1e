"""A person, their neighbours, and what the site holds about them, in every place that there is."""

import pytest
from sqlalchemy import insert

from pnpm.audit.models import ChangeSet
from pnpm.comments import lessons, moderation
from pnpm.comments.models import Comment, Status
from pnpm.comments.rules import change_lists
from pnpm.comments.spam import tables as spam_tables
from pnpm.comments.subscriptions import choices, opt_in
from pnpm.comments.subscriptions.opt_in import Scope
from pnpm.comments.trust import trust
from pnpm.db import db, now, transaction
from pnpm.mail import outbox
from pnpm.markup.sanitizer import comment_html
from pnpm.privacy.models import DataRequest, Kind, Stage
from tests.conftest import write

KEY = "a key for tests alone"
NAME, EMAIL = "Siti Rahmawati", "siti.r@contoh.id"
WEBSITE = "https://siti-rahmawati.example/"
TEXT = "Jembatan Watampalle sudah retak sejak Selasa"
FORMER = "Jembatan Watampalle retak, telepon 081234567890"
# all that is looked for after an erasure
TRACES = "Rahmawati", "siti.r", "Watampalle", "81234567890"


@pytest.fixture
def person(app, article):
    """The numbers of her two comments and of her neighbour's reply; everything else of hers is
    there, too.
    """
    first, second = write(article, app, TEXT, "Salam dari Watampalle juga", name=NAME)
    (reply,) = write(article, app, "Saya setuju.", name="Budi", parent=first.id)
    with transaction():
        for each in (first, second):
            each = db.session.get(Comment, each.id)
            each.email, each.website = EMAIL, WEBSITE
            each.signals = {"signals": [["phone", 1.0, "81234567890"]], "certain": 1.0}
            each.reasons = [f"names:{NAME}"]
    office = ChangeSet("Bu Camat")
    with transaction():
        comment = db.session.get(Comment, first.id)
        moderation.edit(comment, FORMER, comment_html(FORMER), office)
        moderation.edit(comment, TEXT, comment_html(TEXT), office)
        moderation.move([second.id], Status.SPAM, office)
        change_lists(office, {"hold_names": f"Anonim Jahat\n{NAME}", "hold_addresses": EMAIL})
        change_lists(office, {"hold_names": f"Anonim Jahat\n{NAME}\nLain"})
        trust(NAME, comment.address_hash, None, True, office)
    _subscribe(article, first.id)
    _remember(second.id)
    return first.id, second.id, reply.id


def _subscribe(article, comment_id):
    with transaction():
        connection = db.session.connection()
        config = _config()
        opt_in.ask(connection, article.id, EMAIL, Scope.ALL, "192.0.2.1", config, comment_id)
        (number,) = connection.scalars(db.select(opt_in.subscribers.c.id))
        owner = choices.subscriber(connection, number)
        choices.decide(connection, owner, article.id, Scope.ALL, config)
        outbox.add(connection, opt_in.NEWS, EMAIL, {"subscription": 1, "numbers": []})


def _remember(comment_id):
    """The spam filter remembers her number, too, and an officer has had it forget her name."""
    row = {"name": "81234567890", "comment_id": comment_id, "is_distinct": True}
    with transaction():
        db.session.connection().execute(insert(spam_tables.remembered), row)
    with transaction():
        assert lessons.forget_name("rahmawati", ChangeSet("Bu Camat"))


def _config():
    from flask import current_app

    return current_app.config["PNPM"]


def ask(**more):
    """A request of hers that is confirmed by mail."""
    values = {
        "kind": Kind.DELETE,
        "stage": Stage.OPEN,
        "name": NAME,
        "email": EMAIL,
        "words": "Tolong hapus semuanya.",
        "is_author": False,
        "is_mailed": True,
        "created_at": now(),
        "confirmed_at": now(),
        "confirmed_by": "",
        "answer": "",
        "is_shared": False,
    }
    with transaction():
        request = DataRequest(**values | more)
        db.session.add(request)
    return request
