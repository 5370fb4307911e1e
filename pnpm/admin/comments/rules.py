"""The lists of words, domains, names and addresses: tried, and saved."""

from dataclasses import asdict

from flask import Blueprint, abort, redirect, render_template, request, url_for

from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet
from pnpm.comments.policy import NEWEST, change_article, change_policy, exceptions
from pnpm.comments.rules import change_lists, list_texts
from pnpm.db import db, transaction
from pnpm.web import auth, security
from pnpm.web.site import current_site

from .. import return_to
from . import pages
from .rules_forms import ArticlePolicyForm, EmergencyForm, ListsForm, PolicyForm

lists = Blueprint("lists", __name__, url_prefix=f"{auth.PREFIX}/lists")
# bytes: eight lists of 500 lines of 30 characters are 120 kB, and as much again in their spelling
LARGEST = 1024 * 1024
SHOWN = 200  # comments that a trial hits, on one page


@lists.get("")
def index():
    """The lists as they are."""
    return _page(ListsForm(formdata=None, **list_texts()), request.args.get("done", ""))


@lists.post("")
@security.takes(LARGEST)
def change():
    """Show what these lists would have held, or put them in force."""
    form, change_set = ListsForm(), ChangeSet(auth.signed_in().name)
    if not form.validate():
        return _page(form), form.refusal
    if request.form.get("do") == "try":
        return _page(form)
    with transaction():
        change_lists(change_set, form.texts)
    return redirect(url_for("lists.index", done=change_set.done), 303)


def _page(form, done=""):
    context = {
        "form": form,
        "trial": form.trial,
        "shown": SHOWN,
        "done": pages.change_set_done(done),
        "back": return_to.LISTS,
    }
    return render_template("admin/rules/index.html", **context)


policy = Blueprint("policy", __name__, url_prefix=f"{auth.PREFIX}/policy")
ARTICLE = "/articles/<int(max=2147483647):number>"  # what fits into the column


@policy.get("", endpoint="index")
def show_policy():
    """The site's policy, and the way to each article's."""
    kept = asdict(current_site().rules.policy)
    form = PolicyForm(formdata=None, **kept | {"moderation": kept["moderation"] or ""})
    return _policy_page(form, request.args.get("done", ""))


@policy.post("", endpoint="change")
def change_site_policy():
    """Another policy for the whole site."""
    form, change_set = PolicyForm(), _deed()
    if not form.validate():
        return _policy_page(form), form.refusal
    with transaction():
        change_policy(change_set, **form.changes)
    return redirect(url_for("policy.index", done=change_set.done), 303)


@policy.post("/emergency")
@auth.open_to(auth.OFFICERS)
def change_emergency():
    """Hold everything now, or no more: one tap."""
    form, change_set = EmergencyForm(), _deed()
    if not form.validate():
        return render_template("admin/policy/emergency.html", form=form), form.refusal
    with transaction():
        change_policy(change_set, **form.changes)
    # What is done to the site is the admins' to undo; for a moderator the banner is the way back.
    is_admin = auth.signed_in().is_admin
    if is_admin and request.form.get("back") == return_to.POLICY:
        place = "policy.index"
    else:
        place = "admin.index"
    return redirect(url_for(place, done=change_set.done if is_admin else None), 303)


@policy.get(ARTICLE)
def article(number):
    """One article's own policy."""
    found = _found(number)
    kept = {
        "comments_open": found.comments_open,
        "moderation": found.moderation or "",
        "close_after": found.close_after,
    }
    return _article_page(
        found, ArticlePolicyForm(formdata=None, **kept), request.args.get("done", "")
    )


@policy.post(ARTICLE)
def change_one(number):
    """Another policy for one article."""
    found, form, change_set = _found(number), ArticlePolicyForm(), _deed()
    if not form.validate():
        return _article_page(found, form), form.refusal
    with transaction():
        change_article(change_set, found, **form.changes)
    return redirect(url_for("policy.article", number=number, done=change_set.done), 303)


def _found(number):
    return db.session.get(Article, number) or abort(404)


def _deed():
    return ChangeSet(auth.signed_in().name)


def _policy_page(form, done=""):
    newest = list(db.session.execute(Article.headings().limit(NEWEST)))
    lists = {"exceptions": exceptions(), "newest": newest}
    return render_template(
        "admin/policy/index.html",
        form=form,
        done=pages.change_set_done(done),
        back=return_to.POLICY,
        **lists,
    )


def _article_page(found, form, done=""):
    context = {
        "article": found,
        "form": form,
        "done": pages.change_set_done(done),
        "back": f"{return_to.ARTICLE}{found.id}",
    }
    return render_template("admin/policy/article.html", **context)
