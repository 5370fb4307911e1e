"""After a restore nothing of what was erased is back, and no request names what somebody else has
written since.
"""

import pytest

from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet, break_in_chain
from pnpm.backup import export, restore
from pnpm.comments import moderation, own
from pnpm.comments.models import Comment
from pnpm.db import db, transaction
from pnpm.markup.sanitizer import comment_html
from pnpm.privacy import answers, intake, matches, registry, residue
from pnpm.privacy.models import DataRequest, Kind
from tests.conftest import on_sqlite, write
from tests.privacy.conftest import EMAIL, KEY, NAME, TEXT, ask
from tests.privacy.test_erasure import erase

OFFICE = {"email": "", "is_mailed": False, "confirmed_by": "Bu Camat"}


@pytest.fixture
def kept(config, tmp_path):
    """Makes a backup of the site as it is now."""
    paths = []

    def keep():
        paths.append(tmp_path / f"{len(paths)}.zip")
        export.keep(paths[-1], config)
        return paths[-1]

    return keep


@pytest.fixture
def bring_back(config):
    def bring_back(path):
        db.session.remove()
        restore.bring_back(path, config, config.timezone, "uji", replace=True)
        db.session.rollback()

    return bring_back


def names():
    db.session.rollback()
    return sorted(comment.name for comment in db.session.query(Comment))


class TestIds:
    @pytest.mark.engines
    def test_a_new_comment_gets_none_that_was_there_before(self, app, article, kept, bring_back):
        write(article, app, "lama", name="Wati")
        path = kept()
        (hers,) = write(article, app, TEXT, name=NAME)
        before = hers.id
        bring_back(path)
        (later,) = write(db.session.get(Article, 1), app, "baru", name="Budi")
        assert later.id > before

    @on_sqlite
    def test_a_request_names_nothing_of_another_site_by_its_id(
        self, app, article, kept, bring_back
    ):
        write(article, app, "milik orang lain", name="Budi")
        path = kept()
        with transaction():
            moderation.take_out(db.session.connection(), [1])
            db.session.execute(db.text("DELETE FROM sqlite_sequence WHERE name = 'comment'"))
        write(article, app, TEXT, name=NAME)  # as on a site of its own
        first = ask(kind=Kind.SEE, comment_id=1, is_author=True)
        with transaction():
            request = intake.held(first.id)
            answers.choose(request, ["comment-1"])
            answers.answer(request, "Ini datanya.", True, "Bu Camat")
        token = answers.copy_token(KEY, request)
        bring_back(path)
        request = db.session.get(DataRequest, first.id, populate_existing=True)
        assert (request.chosen, request.comment_id, request.is_author) == ([], None, False)
        with pytest.raises(intake.Invalid):
            answers.of_copy_token(KEY, token)

    def test_it_goes_on_naming_what_is_the_same(self, app, person, kept, bring_back):
        request = ask(comment_id=person[0], is_author=True)
        with transaction():
            answers.choose(intake.held(request.id), everything := ["comment-1", "subscriber-1"])
        bring_back(kept())
        request = db.session.get(DataRequest, request.id, populate_existing=True)
        assert (request.chosen, request.comment_id) == (everything, person[0])


class TestErasedAgain:
    @on_sqlite
    def test_two_comments_with_one_number(self, app, article, kept, bring_back):
        write(article, app, "lama", name="Wati")
        (hers,) = write(article, app, TEXT, name=NAME)
        path = kept()
        number = hers.id
        erase(ask(**OFFICE), [f"comment-{number}"])
        with transaction():
            db.session.execute(db.text("DELETE FROM sqlite_sequence WHERE name = 'comment'"))
        (other,) = write(article, app, "lain", name="Budi")
        assert other.id == number
        erase(ask(**OFFICE), [f"comment-{number}"])
        bring_back(path)
        assert names() == ["Wati"]

    def test_one_that_was_corrected_before(self, app, person, kept, bring_back):
        path = kept()
        request = ask(**OFFICE)
        with transaction():
            comment, asked = db.session.get(Comment, person[0]), intake.held(request.id)
            changes = {"name": NAME, "website": "", "body": "Benar."}
            answers.correct(comment, asked, ChangeSet("Bu Camat"), comment_html, **changes)
        erase(request, [f"comment-{number}" for number in person[:2]])
        bring_back(path)
        assert names() == ["Budi"]

    def test_one_that_its_author_took_back_before(self, app, article, kept, bring_back):
        (hers,) = write(article, app, TEXT, name=NAME)
        path = kept()
        with transaction():
            own.withdraw(hers.id)
        erase(ask(**OFFICE), [f"comment-{hers.id}"])
        bring_back(path)
        assert names() == []

    def test_one_that_was_made_anonymous_before(self, app, person, kept, bring_back):
        path = kept()
        request = ask(**OFFICE)
        keys = [f"comment-{number}" for number in person[:2]]
        erase(request, keys, is_anonymous=True)
        erase(request, keys)
        bring_back(path)
        assert names() == ["Budi"]

    def test_what_she_wrote_between_two_erasures(self, app, article, person, kept, bring_back):
        erase(ask())
        (later,) = write(article, app, "Saya menulis lagi.", name=NAME)
        with transaction():
            db.session.get(Comment, later.id).email = EMAIL
        path = kept()
        with transaction():
            moderation.take_out(db.session.connection(), [later.id])
        erase(ask())
        bring_back(path)
        assert names() == ["Budi"]

    def test_where_the_database_and_its_list_were_lost(self, app, person, kept, bring_back):
        path = kept()
        erase(ask(**OFFICE), [f"comment-{number}" for number in person[:2]])
        assert residue.clear(app.config["PNPM"])
        with transaction():
            db.session.execute(db.text("DELETE FROM erasure"))
        bring_back(path)
        assert names() == ["Budi"]

    def test_a_file_of_the_list_that_nobody_can_read_stops_no_restore(
        self, app, person, kept, bring_back, instance
    ):
        path = kept()
        (instance / registry.FILE).write_text("[[1]]")
        bring_back(path)
        assert names() == ["Budi", NAME, NAME]

    def test_what_the_office_answered_is_not_anonymous_and_keeps_its_log(
        self, app, person, kept, bring_back
    ):
        with transaction():
            comment, office = db.session.get(Comment, person[0]), ChangeSet("Bu Camat")
            reply = moderation.reply(comment, "Kantor", "Baik.", "<p>Baik.</p>", office)
        path = kept()
        erase(ask(), [f"comment-{reply.id}"], is_anonymous=True)
        bring_back(path)
        query = "SELECT count(*) FROM log_entry WHERE action = 'redacted'"
        assert db.session.execute(db.text(query)).scalar() == 0
        assert break_in_chain() is None


def test_a_key_that_is_none_names_nothing(app):
    for which in ("²", "99999999999999999999", "", "-1"):
        for kind in ("comment", "subscriber", "trust", "request"):
            assert matches.of_keys([f"{kind}-{which}"]) == []
