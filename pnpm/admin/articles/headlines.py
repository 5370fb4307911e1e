"""The office's page of the ticker's headlines: chosen one by one, or else the newest articles."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField

from pnpm.articles import headlines as ticker
from pnpm.articles.headlines import MOST
from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet
from pnpm.db import db, transaction
from pnpm.site_settings import Setting
from pnpm.web import auth

from .. import return_to
from ..comments import pages
from ..forms import OfficeForm, TokenForm

OUT = "out"  # no place: not among the chosen


class HeadlineForm(OfficeForm):
    """An article's place in the ticker: not a step up or down, so that a form that is sent twice
    moves it once.
    """

    place = SelectField(_("Tempat"), choices=[OUT, *[str(place) for place in range(1, MOST + 1)]])

    @property
    def chosen(self) -> int | None:
        """Return the place, from 1; None to take the article out."""
        if self.place.data == OUT:
            return None
        return int(self.place.data)


headlines = Blueprint("headlines", __name__, url_prefix=f"{auth.PREFIX}/headlines")
NEWEST = 10  # articles to choose from


@headlines.get("")
def index():
    """Render the chosen headlines, and the newest articles to choose from."""
    return _page(None, request.args.get("done", ""))


@headlines.post("")
def clear():
    """Take all chosen headlines out, so that the newest articles run by themselves."""
    form, change_set = TokenForm(), ChangeSet(auth.signed_in().name)
    if not form.validate():
        return _page(form), form.refusal
    with transaction():
        ticker.choose(change_set, [])
    return redirect(url_for("headlines.index", done=change_set.done), 303)


@headlines.post("/<int(max=2147483647):number>")
def put(number):
    """Put an article at a place among the headlines, or take it out."""
    form, change_set = HeadlineForm(), ChangeSet(auth.signed_in().name)
    if not form.validate():
        return _page(form), form.refusal
    try:
        with transaction():
            ticker.put(change_set, _known(number), form.chosen)
    except LookupError:
        form.refuse(
            gettext(
                "Sudah ada %(most)s berita pilihan. Keluarkan satu dulu, lalu tambahkan lagi.",
                most=ticker.MOST,
            )
        )
        return _page(form), 409
    return redirect(url_for("headlines.index", done=change_set.done), 303)


def _known(number):
    """Return the number if it is of a chosen article, or of one that readers see; else 404."""
    seen = Article.headings().where(Article.id == number)
    if number in Setting.words().headlines or db.session.execute(seen).first():
        return number
    return abort(404)


def _page(form, done=""):
    words = Setting.words()
    return render_template(
        "admin/headlines/index.html",
        chosen=ticker.chosen(words),
        running={heading.id for heading in ticker.headlines(words)},
        newest=db.session.execute(
            Article.headings().where(Article.id.not_in(words.headlines)).limit(NEWEST)
        ).all(),
        most=ticker.MOST,
        form=form,
        done=pages.change_set_done(done),
        back=return_to.HEADLINES,
    )
