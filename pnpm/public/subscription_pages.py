"""The pages on which one follows an article by mail, confirms that, changes it and stops it; at
the addresses of `subscriptions.py`.
"""

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Row
from wtforms import StringField, ValidationError

from pnpm.articles.models import PUBLISHED, Article
from pnpm.comments.subscriptions import choices, mailboxes, opt_in
from pnpm.comments.subscriptions.choices import Subscriber
from pnpm.comments.subscriptions.opt_in import Scope
from pnpm.comments.subscriptions.tables import ADDRESS_LENGTH
from pnpm.db import db, transaction
from pnpm.markup import characters
from pnpm.web import htmx, jobs
from pnpm.web.csrf import HourlyToken
from pnpm.web.forms import AtMost, Form
from pnpm.web.params import number_of

SCOPES = {Scope.REPLIES: _("Balasan untuk saya"), Scope.ALL: _("Semua komentar di sini")}
NOWHERE = 0  # what the token of a form stands for that belongs to no article


class AddressForm(Form):
    """The address to which a link is mailed."""

    class Meta(Form.Meta):  # type: ignore[name-defined]  # Flask-WTF's, which says no types
        csrf = True
        csrf_class = HourlyToken
        csrf_field_name = "token"

    email = StringField(
        _("Alamat surel"),
        filters=[lambda value: characters.one_line(value or "")],
        validators=[AtMost(ADDRESS_LENGTH)],
    )

    def __init__(self, article_id: int, formdata=None, **options):
        super().__init__(formdata, meta={"csrf_context": article_id}, **options)

    def validate_email(self, field):
        """Refuse what no mail can be sent to."""
        if mailboxes.normalized(field.data) is None:
            raise ValidationError(gettext("Periksa alamat surel, misalnya nama@contoh.id."))

    @property
    def address(self) -> str:
        """Return the address as it is stored, once it is valid."""
        return mailboxes.normalized(self.email.data) or ""


def index():
    """Render the form that asks for the link to all that one follows."""
    _need_mail()
    return render_template("subscriptions/index.html", form=AddressForm(NOWHERE))


def mail_link():
    """Mail the link to all that an address follows, if it follows anything."""
    _need_mail()
    form = AddressForm(NOWHERE, request.form)
    if not form.validate():
        return render_template("subscriptions/index.html", form=form), _refusal(form)
    with transaction():
        connection, config = db.session.connection(), current_app.config["PNPM"]
        opt_in.ask_for_link(connection, form.address, request.remote_addr or "", config)
    return _sent()


def new():
    """Render the form to follow the article of that number without a comment."""
    article = _article(number_of(request.args, "article"))
    form = AddressForm(article.id)
    return render_template("subscriptions/new.html", article=article, form=form)


def create():
    """Ask for an address to be told of every comment under an article: its owner gets a mail to
    confirm that.
    """
    article = _article(number_of(request.form, "article"))
    form = AddressForm(article.id, request.form)
    if not form.validate():
        page = render_template("subscriptions/new.html", article=article, form=form)
        return page, _refusal(form)
    asked = article.id, form.address, Scope.ALL, request.remote_addr or ""
    with transaction():
        opt_in.ask(db.session.connection(), *asked, current_app.config["PNPM"])
    return _sent()


def sent():
    """Say that a mail is on its way, if there was anything to say: the same for every address."""
    return render_template("subscriptions/sent.html")


def show(token):
    """Render all that the owner of an address follows."""
    owner = _owner(token)
    if owner is None:
        return _gone()
    followed = choices.all_of(db.session.connection(), owner.id)
    context = {"owner": owner, "followed": followed, "scopes": SCOPES}
    return render_template("subscriptions/show.html", **context, is_saved="saved" in request.args)


def end(token):
    """Stop everything, and forget the address."""
    with transaction():
        owner = _owner(token)
        if owner is not None:
            choices.stop(db.session.connection(), owner)
    return redirect(url_for("subscriptions.stopped"), 303)


def stopped():
    """Say that nothing more is mailed."""
    return render_template("subscriptions/stopped.html")


def edit(token, article_id):
    """Render one article's choice, with the button that confirms what was asked for."""
    owner = _owner(token)
    found = owner and choices.one_of(db.session.connection(), owner.id, article_id)
    if owner is None or found is None:
        return _gone(owner)
    return render_template("subscriptions/edit.html", owner=owner, one=found, scopes=SCOPES)


def change(token, article_id):
    """Confirm what was asked for an article, or tell more of it or less; or nothing any more."""
    wanted = request.form.get("scope", "")
    if wanted not in {"none", *(scope.value for scope in Scope)}:
        abort(400)
    with transaction():
        owner = _owner(token)
        if owner is None or not _decide(owner, article_id, wanted):
            return _gone(owner)
        is_known = choices.subscriber(db.session.connection(), owner.id) is not None
    if not is_known:
        return redirect(url_for("subscriptions.stopped"), 303)
    return redirect(url_for("subscriptions.show", token=token, saved=1), 303)


def show_unsubscribe(token, article_id):
    """Render the button that stops the mail about an article."""
    owner = _owner(token)
    found = owner and choices.one_of(db.session.connection(), owner.id, article_id)
    return render_template(
        "subscriptions/unsubscribe.html", token=token, article_id=article_id, owner=owner, one=found
    )


def unsubscribe(token, article_id):
    """Stop the mail about an article: for the button, and for mail programs, which send neither a
    cookie nor a token (RFC 8058). To stop what was stopped before succeeds.
    """
    with transaction():
        owner = _owner(token)
        if owner is not None:
            choices.stop(db.session.connection(), owner, article_id)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return "", 200  # RFC 8058 (3.1): no redirect
    return redirect(url_for("subscriptions.stopped"), 303)


def _decide(owner: Subscriber, article_id: int, wanted: str) -> bool:
    connection = db.session.connection()
    if wanted == "none":
        choices.stop(connection, owner, article_id)
        return True
    config = current_app.config["PNPM"]
    return choices.decide(connection, owner, article_id, Scope(wanted), config)


def _sent():
    """Lead to the page that says so, and send the mail, if there is one, after the answer."""
    response = htmx.sent_to(url_for("subscriptions.sent"))
    jobs.deliver_mail(response)
    return response


def _owner(token: str) -> Subscriber | None:
    return choices.subscriber_of(db.session.connection(), token)


def _gone(owner: Subscriber | None = None) -> tuple[str, int]:
    """Say that there is nothing here any more: it was stopped, or not confirmed in time."""
    days = opt_in.UNCONFIRMED_FOR.days
    return render_template("subscriptions/gone.html", owner=owner, days=days), 410


def _article(number: int | None) -> Article | Row:
    """Return the published article of that number; 404 without one, or where no mail is sent."""
    _need_mail()
    query = PUBLISHED.where(Article.id == (number or 0))
    return db.session.scalar(query) or abort(404)


def _need_mail() -> None:
    if current_app.config["PNPM"].mail_url is None:
        abort(404)


def _refusal(form: AddressForm) -> int:
    return 400 if form.token_field.errors else 422
