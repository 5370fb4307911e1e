"""Articles: the list, and the page on which one is written."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext

from pnpm.articles.actions import Conflict, held, save
from pnpm.articles.models import Status
from pnpm.articles.queries import counts, tab_of
from pnpm.articles.revisions import Revision, differences
from pnpm.articles.tags import labels_of
from pnpm.audit.models import ChangeSet
from pnpm.db import db, now, transaction
from pnpm.web import auth, security

from .. import labels, return_to
from ..comments import pages as comment_pages
from ..forms import TokenForm
from ..query_string import article_query_of, values
from . import editor, preview
from . import save as saving
from .forms import LARGEST, StatusForm, is_empty

admin_articles = Blueprint("admin_articles", __name__, url_prefix=f"{auth.PREFIX}/articles")
ARTICLE = "/<int(max=2147483647):number>"  # what fits into the column


@admin_articles.get("")
def index():
    """Articles, a page at a time; the address carries all that is asked."""
    return _list(
        article_query_of(request.args), comment_pages.change_set_done(request.args.get("done", ""))
    )


@admin_articles.get("/new")
def new():
    """The page on which a new one is written."""
    return editor.shown(None)


@admin_articles.post("/new")
@security.takes(LARGEST)
def create():
    """Save a new one; sent twice, it is one."""
    return _save(None)


@admin_articles.get(ARTICLE)
def edit(number):
    """The page on which that one is written."""
    return editor.shown(editor.found(number), request.args.get("done", ""))


@admin_articles.post(ARTICLE)
@security.takes(LARGEST)
def change(number):
    """Save that one, unless somebody else did so in between."""
    return _save(editor.found(number))


@admin_articles.post(f"{ARTICLE}/status")
def change_status(number):
    """One tap: publish, take back, delete, restore."""
    form, change_set, article = StatusForm(), ChangeSet(auth.signed_in().name), editor.found(number)
    if article.status is Status.PAGE:
        abort(404)
    if not form.validate() or _lacks_text(form, article):
        return _list(return_to.article_query_asked_from(), form=form), form.refusal
    with transaction():
        save(change_set, held(number) or abort(404), status=Status(form.status.data))
    return redirect(return_to.sent_from(None, change_set.done), 303)


@admin_articles.post("/preview")
@security.takes(LARGEST)
def show_preview():
    """What was sent, as readers will see it; nothing is saved."""
    number = request.args.get("article", type=int)
    article = editor.found(number) if number and number < 2**31 else None
    form = editor.form_of(article)
    form.validate()
    return preview.page(form, article)


def _save(article):
    form, number = editor.form_of(article), article and article.id
    if not form.validate():
        return editor.page(form, article, form.refusal)
    try:
        kept, done = saving.keep(form, number)
    except Conflict:
        return editor.in_between(form, number)
    except saving.Refused as refusal:
        return editor.refused(form, article, refusal)
    return redirect(url_for("admin_articles.edit", number=kept.id, done=done or "-"), 303)


def _lacks_text(form, article):
    if form.status.data != Status.PUBLISHED.value or not is_empty(article.body):
        return False
    form.refuse(
        gettext("“%(title)s” belum ada isinya. Tulis dulu, lalu terbitkan.", title=article.title)
    )
    return True


def _list(query, done=None, form=None):
    found, following = query.page()
    context = {
        "query": query,
        "articles": found,
        "following": following,
        "counts": counts(),
        "form": form,
    }
    context |= {
        "labels": labels_of([article.id for article in found]),
        "tabs": labels.TABS,
        "values": values,
        "done": done,
    }
    if done and done["entry"].subject == "article":
        moved = editor.found(done["entry"].number)
    else:
        moved = None
    context |= {"moved": moved, "words": labels.TAB_DONE, "tab_of": tab_of, "moment": now()}
    asked = url_for("admin_articles.index", **values(query)).partition("?")[2]
    back = f"{return_to.ARTICLES}?{asked}"
    return render_template("admin/articles/index.html", **context, back=back)


VERSIONS = "/<int(max=2147483647):number>/versions"  # what fits into the columns
VERSION = f"{VERSIONS}/<int(max=2147483647):version>"

revisions = Blueprint("revisions", __name__, url_prefix=f"{auth.PREFIX}/articles")


@revisions.get(VERSIONS, endpoint="index")
def list_revisions(number):
    """Those that are kept, the newest first."""
    return render_template(
        "admin/articles/revisions.html",
        article=editor.found(number),
        versions=Revision.heads_of(number),
    )


@revisions.get(VERSION)
def show(number, version):
    """One of them, beside the text as it is now."""
    return _page(editor.found(number), _found(number, version), TokenForm(formdata=None))


@revisions.post(f"{VERSION}/restore")
def restore(number, version):
    """Bring it back: its title and its text. That is a change set, too."""
    form, change_set, article, wanted = (
        TokenForm(),
        ChangeSet(auth.signed_in().name),
        editor.found(number),
        _found(number, version),
    )
    if not form.validate():
        return _page(article, wanted, form), form.refusal
    with transaction():
        save(change_set, held(number) or abort(404), title=wanted.title, body=wanted.body)
    return redirect(url_for("admin_articles.edit", number=number, done=change_set.done or "-"), 303)


def _found(number, version):
    found = db.session.get(Revision, version)
    return found if found and found.article_id == number else abort(404)


def _page(article, version, form):
    lines = differences(version.body, article.body)
    return render_template(
        "admin/articles/revision.html", article=article, version=version, lines=lines, form=form
    )
