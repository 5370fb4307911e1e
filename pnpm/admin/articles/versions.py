"""The versions of an article: what it was, compared line by line with what it is, and the way back there."""

from flask import Blueprint, abort, redirect, render_template, url_for

from pnpm.articles.actions import held, save
from pnpm.articles.revisions import Version, differences
from pnpm.audit.models import Deed
from pnpm.db import changing, db
from pnpm.web import auth

from ..forms import TokenForm
from . import editor

VERSIONS = "/<int(max=2147483647):number>/versions"  # what fits into the columns
VERSION = f"{VERSIONS}/<int(max=2147483647):version>"

versions = Blueprint("versions", __name__, url_prefix=f"{auth.PREFIX}/articles")


@versions.get(VERSIONS)
def index(number):
    """Those that are kept, the newest first."""
    return render_template("office/articles/versions.html", article=editor.found(number), versions=Version.heads_of(number))


@versions.get(VERSION)
def show(number, version):
    """One of them, beside the text as it is now."""
    return _page(editor.found(number), _found(number, version), TokenForm(formdata=None))


@versions.post(f"{VERSION}/restore")
def restore(number, version):
    """Bring it back: its title and its text. That is a deed, too."""
    form, deed, article, wanted = TokenForm(), Deed(auth.officer().name), editor.found(number), _found(number, version)
    if not form.validate():
        return _page(article, wanted, form), form.refusal
    with changing():
        save(deed, held(number), title=wanted.title, body=wanted.body)
    return redirect(url_for("writing.edit", number=number, done=deed.done or "-"), 303)


def _found(number, version):
    found = db.session.get(Version, version)
    return found if found and found.article_id == number else abort(404)


def _page(article, version, form):
    lines = differences(version.body, article.body)
    return render_template("office/articles/version.html", article=article, version=version, lines=lines, form=form)
