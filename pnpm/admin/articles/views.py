"""The office's views of articles: the list, the editor, and the revisions of one."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext

from pnpm.articles.actions import Conflict, held, save
from pnpm.articles.models import Status
from pnpm.articles.queries import counts, tab_of
from pnpm.articles.revisions import Revision, differences
from pnpm.articles.tags import labels_of
from pnpm.audit.models import ChangeSet
from pnpm.db import db, now, transaction
from pnpm.media.queries import undescribed
from pnpm.web import auth, security

from .. import labels, return_to
from ..comments import pages as comment_pages
from ..forms import TokenForm
from ..query_string import article_query_of, values
from . import editor, preview
from . import save as saving
from .forms import LARGEST, ArticleStatusForm, is_empty

admin_articles = Blueprint("admin_articles", __name__, url_prefix=f"{auth.PREFIX}/articles")
ARTICLE = "/<int(max=2147483647):number>"  # what fits into the column


@admin_articles.get("")
def index():
    """Render a page of articles; the query string carries the whole search."""
    return _list(
        article_query_of(request.args), comment_pages.change_set_done(request.args.get("done", ""))
    )


@admin_articles.get("/new")
def new():
    """Render the editor with a new article."""
    return editor.shown(None)


@admin_articles.post("/new")
@security.takes(LARGEST)
def create():
    """Save a new article; sent twice, the form makes one."""
    return _save(None)


@admin_articles.get(ARTICLE)
def edit(number):
    """Render the editor with an article."""
    return editor.shown(
        editor.found(number), request.args.get("done", ""), asks="ask" in request.args
    )


@admin_articles.post(ARTICLE)
@security.takes(LARGEST)
def change(number):
    """Save an article, unless somebody else did so in between."""
    return _save(editor.found(number))


@admin_articles.post(f"{ARTICLE}/status")
def change_status(number):
    """Publish an article, make it a draft, delete or restore it, by one tap."""
    form, article = ArticleStatusForm(), editor.found(number)
    change_set = ChangeSet(auth.signed_in().name)
    if article.status is Status.PAGE:
        abort(404)
    if not form.validate() or _lacks_text(form, article):
        return _list(return_to.article_query_asked_from(), form=form), form.refusal
    if form.status.data == Status.PUBLISHED.value and undescribed(article.body):
        return redirect(url_for("admin_articles.edit", number=number, ask="yes"), 303)
    with transaction():
        save(change_set, held(number) or abort(404), status=Status(form.status.data))
    return redirect(return_to.sent_from(None, change_set.done), 303)


@admin_articles.post("/preview")
@security.takes(LARGEST)
def show_preview():
    """Render what was sent as readers would see it; save nothing."""
    number, article = request.args.get("article", type=int), None
    if number and number < 2**31:  # what fits into the column
        article = editor.found(number)
    form = editor.form_of(article)
    form.validate()
    return preview.page(form, article)


def _save(article):
    form, number = editor.form_of(article), article and article.id
    if not form.validate():
        return editor.page(form, article, form.refusal)
    if pictures := editor.unasked(form, article):
        return editor.asking(form, article, pictures, form.chosen)
    try:
        kept, done = saving.keep(form, number)
    except Conflict:
        return editor.in_between(form, number)
    except saving.Refused as refusal:
        return editor.refused(form, article, refusal)
    return redirect(url_for("admin_articles.edit", number=kept.id, done=done or "-"), 303)


def _lacks_text(form, article):
    """Tell whether an empty article is to be published; the form says so then."""
    if form.status.data != Status.PUBLISHED.value or not is_empty(article.body):
        return False
    form.refuse(
        gettext("“%(title)s” belum ada isinya. Tulis dulu, lalu terbitkan.", title=article.title)
    )
    return True


def _list(query, done=None, form=None):
    """Render a page of articles; `done` tells of the change set that was just done, `form` is one
    that was refused.
    """
    found, following = query.page()
    moved = None
    if done and done["entry"].subject == "article":
        moved = editor.found(done["entry"].number)
    asked = url_for("admin_articles.index", **values(query)).partition("?")[2]
    return render_template(
        "admin/articles/index.html",
        query=query,
        articles=found,
        following=following,
        counts=counts(),
        form=form,
        labels=labels_of([article.id for article in found]),
        tabs=labels.TABS,
        values=values,
        done=done,
        moved=moved,
        words=labels.TAB_DONE,
        tab_of=tab_of,
        moment=now(),
        back=f"{return_to.ARTICLES}?{asked}",
    )


VERSIONS = "/<int(max=2147483647):number>/versions"  # what fits into the columns
VERSION = f"{VERSIONS}/<int(max=2147483647):version>"

revisions = Blueprint("revisions", __name__, url_prefix=f"{auth.PREFIX}/articles")


@revisions.get(VERSIONS, endpoint="index")
def list_revisions(number):
    """Render the saved revisions of an article, newest first."""
    return render_template(
        "admin/articles/revisions.html",
        article=editor.found(number),
        versions=Revision.heads_of(number),
    )


@revisions.get(VERSION)
def show(number, version):
    """Render a revision, compared with the text as it is now."""
    return _page(editor.found(number), _found(number, version), TokenForm(formdata=None))


@revisions.post(f"{VERSION}/restore")
def restore(number, version):
    """Save the title and text of a revision again, as a new change set."""
    form, change_set = TokenForm(), ChangeSet(auth.signed_in().name)
    article, wanted = editor.found(number), _found(number, version)
    if not form.validate():
        return _page(article, wanted, form), form.refusal
    with transaction():
        save(change_set, held(number) or abort(404), title=wanted.title, body=wanted.body)
    return redirect(url_for("admin_articles.edit", number=number, done=change_set.done or "-"), 303)


def _found(number, version):
    found = db.session.get(Revision, version)
    if found is None or found.article_id != number:
        abort(404)
    return found


def _page(article, version, form):
    lines = differences(version.body, article.body)
    return render_template(
        "admin/articles/revision.html", article=article, version=version, lines=lines, form=form
    )
