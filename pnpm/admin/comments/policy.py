"""How comments are taken: for the whole site, for one article, and in an emergency."""

from dataclasses import asdict

from flask import Blueprint, abort, redirect, render_template, request, url_for

from pnpm.articles.models import Article
from pnpm.audit.models import Deed
from pnpm.comments.policy import NEWEST, change_article, change_policy, exceptions
from pnpm.db import changing, db
from pnpm.web import auth
from pnpm.web.site import current_site

from .. import return_to
from . import pages
from .policy_forms import ArticlePolicyForm, EmergencyForm, PolicyForm

policy = Blueprint("policy", __name__, url_prefix=f"{auth.PREFIX}/policy")
ARTICLE = "/articles/<int(max=2147483647):number>"  # what fits into the column


@policy.get("")
def index():
    """The site's policy, and the way to each article's."""
    kept = asdict(current_site().rules.policy)
    form = PolicyForm(formdata=None, **kept | {"moderation": kept["moderation"] or ""})
    return _page(form, request.args.get("done", ""))


@policy.post("")
def change():
    """Another policy for the whole site."""
    form, deed = PolicyForm(), _deed()
    if not form.validate():
        return _page(form), form.refusal
    with changing():
        change_policy(deed, **form.changes)
    return redirect(url_for("policy.index", done=deed.done), 303)


@policy.post("/emergency")
@auth.open_to(auth.OFFICERS)
def change_emergency():
    """Hold everything now, or no more: one tap."""
    form, deed = EmergencyForm(), _deed()
    if not form.validate():
        return render_template("office/policy/emergency.html", form=form), form.refusal
    with changing():
        change_policy(deed, **form.changes)
    # What is done to the site is the admins' to undo; for a moderator the banner is the way back.
    is_admin = auth.officer().is_admin
    place = "policy.index" if is_admin and request.form.get("back") == return_to.POLICY else "office.index"
    return redirect(url_for(place, done=deed.done if is_admin else None), 303)


@policy.get(ARTICLE)
def article(number):
    """One article's own policy."""
    found = _found(number)
    kept = {"comments_open": found.comments_open, "moderation": found.moderation or "", "close_after": found.close_after}
    return _article_page(found, ArticlePolicyForm(formdata=None, **kept), request.args.get("done", ""))


@policy.post(ARTICLE)
def change_one(number):
    """Another policy for one article."""
    found, form, deed = _found(number), ArticlePolicyForm(), _deed()
    if not form.validate():
        return _article_page(found, form), form.refusal
    with changing():
        change_article(deed, found, **form.changes)
    return redirect(url_for("policy.article", number=number, done=deed.done), 303)


def _found(number):
    return db.session.get(Article, number) or abort(404)


def _deed():
    return Deed(auth.officer().name)


def _page(form, done=""):
    newest = list(db.session.execute(Article.headings().limit(NEWEST)))
    lists = {"exceptions": exceptions(), "newest": newest}
    return render_template("office/policy/index.html", form=form, done=pages.deed_done(done), back=return_to.POLICY, **lists)


def _article_page(found, form, done=""):
    context = {"article": found, "form": form, "done": pages.deed_done(done), "back": f"{return_to.ARTICLE}{found.id}"}
    return render_template("office/policy/article.html", **context)
