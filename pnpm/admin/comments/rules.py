"""The office's pages on what holds comments: the policy of the site with all that goes with it, the
lists, and the policy of each article.
"""

from dataclasses import asdict

from flask import Blueprint, abort, redirect, render_template, request, url_for

from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet
from pnpm.comments.dry_run import strengths
from pnpm.comments.policy import NEWEST, change_article, change_policy, exceptions
from pnpm.comments.queue import waiting
from pnpm.comments.rules import change_lists, list_texts
from pnpm.comments.subscriptions import choices as subscriptions
from pnpm.db import db, transaction
from pnpm.web import auth, security
from pnpm.web.site import current_site

from .. import return_to
from . import pages, screening
from .rules_forms import ArticlePolicyForm, EmergencyForm, ListsForm, PolicyForm

lists = Blueprint("lists", __name__, url_prefix=f"{auth.PREFIX}/lists")
# bytes: eight lists of 500 lines of 30 characters are 120 kB, and as much again in their spelling
LARGEST = 1024 * 1024
SHOWN = 200  # comments that a dry run hits, on its page


@lists.get("")
def index():
    """Render the lists as they are."""
    return _page(ListsForm(formdata=None, **list_texts()), request.args.get("done", ""))


@lists.post("")
@security.takes(LARGEST)
def change():
    """Render what the sent lists would have held (`do=try`), or save them."""
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
TRUSTED = 50  # authors on the site's page


@policy.get("", endpoint="index")
def show_policy():
    """Render what is held and why: the site's policy, its lists in short, who is trusted, and the
    articles that have a policy of their own.
    """
    rules = current_site().rules
    saved = asdict(rules.policy) | {"strength": rules.strength().value}
    form = PolicyForm(formdata=None, **saved | {"moderation": saved["moderation"] or ""})
    return _policy_page(form, request.args.get("done", ""))


@policy.post("", endpoint="change")
def change_site_policy():
    """Change the policy of the whole site."""
    form, change_set = PolicyForm(), _deed()
    if not form.validate():
        return _policy_page(form), form.refusal
    with transaction():
        change_policy(change_set, **form.changes)
    return redirect(url_for("policy.index", done=change_set.done), 303)


@policy.post("/emergency")
@auth.open_to(auth.OFFICERS)
def change_emergency():
    """Hold all new comments from now on, or no more, by one tap."""
    form, change_set = EmergencyForm(), _deed()
    if not form.validate():
        return render_template("admin/policy/emergency.html", form=form), form.refusal
    with transaction():
        change_policy(change_set, **form.changes)
    if not auth.signed_in().is_admin:  # who may not undo it; the banner is the way back
        return redirect(url_for("admin.index"), 303)
    place = "admin.index"
    if request.form.get("back") == return_to.POLICY:
        place = "policy.index"
    return redirect(url_for(place, done=change_set.done), 303)


@policy.get(ARTICLE)
def article(number):
    """Render an article's own policy."""
    found = _found(number)
    form = ArticlePolicyForm(
        formdata=None,
        comments_open=found.comments_open,
        moderation=found.moderation or "",
        close_after=found.close_after,
    )
    return _article_page(found, form, request.args.get("done", ""))


@policy.post(ARTICLE)
def change_one(number):
    """Change the policy of one article."""
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
    rules = current_site().rules
    trusted = screening.trusted(rules.trusted)
    return render_template(
        "admin/policy/index.html",
        form=form,
        held=screening.held(rules, current_site().config),
        waiting=waiting()[0],
        listed=screening.listed(rules.texts),
        trusted=trusted[:TRUSTED],
        more_trusted=len(trusted[TRUSTED:]),
        trial=strengths(current_site().language),
        done=pages.change_set_done(done),
        back=return_to.POLICY,
        exceptions=exceptions(),
        newest=list(db.session.execute(Article.headings().limit(NEWEST))),
    )


def _article_page(found, form, done=""):
    context = {
        "article": found,
        "form": form,
        "done": pages.change_set_done(done),
        "back": f"{return_to.ARTICLE}{found.id}",
        "followers": subscriptions.count(db.session.connection(), found.id),
    }
    return render_template("admin/policy/article.html", **context)
