"""The pages behind the links in officers' mails: each has one button, since programs that look
through mail follow links, and none presses a button. Nobody signs in.
"""

from flask import Blueprint, current_app, redirect, render_template, url_for

from pnpm.articles.models import Article
from pnpm.comments import mail_actions as actions
from pnpm.comments.mail_actions import Action, Refusal, Refused
from pnpm.comments.moderation import Changed
from pnpm.db import db, transaction
from pnpm.web import auth
from pnpm.web.site import current_site

from ..forms import TokenForm
from . import pages
from .forms import ReplyForm

mailed = Blueprint("mailed", __name__, url_prefix=f"{auth.PREFIX}/mailed")
# what was done is shown to whoever has the link; that a link is too old, with how to go on
STATUSES = {Refusal.USED: 200, Refusal.DECIDED: 409, Refusal.UNKNOWN: 410}


@mailed.get("/<token>")
@auth.open_to(auth.EVERYONE)
def show(token):
    """Render the comment with the button; nothing changes."""
    try:
        found = actions.asked(_key(), token)
    except Refused as refusal:
        return _refused(refusal)
    return _page(found, _form(found, is_fresh=True))


@mailed.post("/<token>")
@auth.open_to(auth.EVERYONE)
def act(token):
    """Do what the link is for."""
    try:
        found = actions.asked(_key(), token)
        form = _form(found)
        if not form.validate():
            return _page(found, form, form.refusal)
        with transaction():
            _act(found, form)
    except Refused as refusal:
        return _refused(refusal)
    except Changed:
        return _refused(Refused(Refusal.DECIDED, db.session.merge(found.comment)))
    return redirect(url_for("mailed.show", token=token), 303)


def _act(found, form):
    if found.action is Action.REPLY:
        name = current_site().words.name[:80]
        actions.reply(_key(), found.token, name, form.body.data, form.html)
    else:
        actions.move(_key(), found.token)


def _form(found, is_fresh=False):
    kind = ReplyForm if found.action is Action.REPLY else TokenForm
    return kind(formdata=None) if is_fresh else kind()


def _page(found, form, status=200):
    comment = found.comment
    page = render_template(
        "admin/mailed/show.html",
        asked=found,
        comment=comment,
        heading=Article.headings_of([comment.article_id])[comment.article_id],
        form=form,
        action=found.action.value,
    )
    return page, status


def _refused(refusal):
    comment = refusal.comment
    if comment is not None:
        db.session.refresh(comment)
    page = render_template(
        "admin/mailed/refused.html",
        kind=refusal.kind.value,
        said=pages.said_of(comment) if comment else "",
        comment=comment,
    )
    return page, STATUSES[refusal.kind]


def _key():
    return current_app.config["PNPM"].secret_key
