"""The form for a reader's comment, and its checks."""

import re
from collections.abc import Mapping
from functools import cached_property

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import StringField, TextAreaField, ValidationError

from pnpm.comments.models import (
    EMAIL_LENGTH,
    NAME_LENGTH,
    WEBSITE_LENGTH,
    Comment,
    Submission,
)
from pnpm.comments.thread import shown
from pnpm.db.errors import StorageFault, storage_fault_of
from pnpm.markup import characters
from pnpm.markup.urls import is_mailbox, is_web
from pnpm.web import error_messages
from pnpm.web.csrf import HourlyToken
from pnpm.web.forms import AtMost, Form
from pnpm.web.params import parsed
from pnpm.web.site import current_site

FOLLOW = "replies", "all"  # as Scope has them


def _one_line(value):
    return characters.one_line(value or "")


def _lines(value):
    return characters.lines(value or "")


def _with_scheme(value):
    """Return a website as people type it, `desa.example`, with the scheme that it lacks."""
    value = _one_line(value)
    if not value or re.match(r"[a-z][a-z0-9+.-]*:", value, re.IGNORECASE):
        return value
    return f"http://{value.lstrip('/')}"


def longest_comment() -> int:
    """Return how many characters a comment may have on this site."""
    return current_app.config["PNPM"].comment_max_length


class ChangeForm(Form):
    """The text of a reader's comment: of a new one, or of one that its author changes."""

    class Meta(Form.Meta):  # type: ignore[name-defined]  # Flask-WTF's, which says no types
        csrf = True
        csrf_class = HourlyToken
        csrf_field_name = "token"

    body = TextAreaField(_("Komentar"), filters=[_lines], validators=[AtMost(longest_comment)])

    def __init__(self, article_id: int, formdata: MultiDict | None, **options):
        super().__init__(formdata, meta={"csrf_context": article_id}, **options)

    def validate_body(self, field):
        """Refuse a text that shows nothing, as far as that is seen before it is rendered."""
        if characters.is_blank(field.data):
            raise ValidationError(gettext("Tulis komentar Anda dulu, lalu kirim."))

    def refuse_for(self, error: Exception) -> None:
        """Say why the database cannot be written to, and log it."""
        error_messages.log(error)
        title, advice = error_messages.WORDS[storage_fault_of(error) or StorageFault.BUSY]
        self.refuse(f"{title}. {advice}")

    @property
    def refusal(self) -> int:
        """Return the HTTP status of its errors: 400 for a stale or missing token, else 422."""
        return 400 if self.token.errors else 422

    @property
    def faults(self) -> list:
        """Return its fields that have errors, the token last."""
        return [field for field in self if field.errors]


class CommentForm(ChangeForm):
    """A reader's comment under an article; only the body is required."""

    name = StringField(_("Nama"), filters=[_one_line], validators=[AtMost(NAME_LENGTH)])
    email = StringField(_("Alamat surel"), filters=[_one_line], validators=[AtMost(EMAIL_LENGTH)])
    website = StringField(
        _("Situs web"), filters=[_with_scheme], validators=[AtMost(WEBSITE_LENGTH)]
    )

    def __init__(self, article_id: int, formdata: MultiDict | None, **options):
        super().__init__(article_id, formdata, **options)
        self.article_id = article_id
        # What people neither see nor fill in is no WTForms field: that would cost each comment more
        # than this look.
        sent: Mapping[str, str] = formdata or {}
        self.nonce = sent.get("nonce", "")  # from our script: one for each comment, however often
        self.seconds = sent.get("seconds", "")  # from our script: how long the form was filled in
        self.honeypot = sent.get("subject", "")
        self.parent = sent.get("parent", "")  # the number of the comment that this one answers
        self.follow = ""  # what its author wants to be told of by mail; nothing unless they choose
        if self.can_follow and sent.get("follow") in FOLLOW:
            self.follow = sent["follow"]

    @property
    def can_follow(self) -> bool:
        """Tell whether this site sends mail, so that its readers can be told of answers."""
        return current_app.config["PNPM"].mail_url is not None

    def validate_name(self, field):
        """Refuse a name that the office has reserved."""
        site = current_site()
        if site.rules.is_reserved(field.data, site.words.name):
            raise ValidationError(
                gettext("Nama ini dipakai pengurus situs. Tulis nama Anda sendiri.")
            )

    def validate_email(self, field):
        """Check an e-mail address loosely: something, an @, a domain with a dot; and that there is
        one where mail is to come to it.
        """
        if self.follow and not self.mailbox:
            raise ValidationError(
                gettext("Untuk diberi tahu lewat surel, isi alamat surel, misalnya nama@contoh.id.")
            )
        if field.data and not is_mailbox(field.data):
            raise ValidationError(
                gettext("Periksa alamat surel, misalnya nama@contoh.id, atau kosongkan.")
            )

    def validate_website(self, field):
        """Check that it is a whole http(s) address."""
        if field.data and not is_web(field.data):
            raise ValidationError(
                gettext("Periksa alamat situs web, misalnya https://contoh.id, atau kosongkan.")
            )

    @cached_property
    def answering(self) -> Comment | None:
        """The comment that this one answers, if readers see it under the same article."""
        number = parsed(self.parent)
        return shown(self.article_id, number) if number else None

    @property
    def mailbox(self) -> str | None:
        """Return the e-mail address as mail is sent to it; None where that cannot be."""
        from pnpm.comments.subscriptions import mailboxes  # only who follows needs it

        return mailboxes.normalized(self.email.data or "")

    def submission(self) -> Submission:
        """Return what was sent, once it is valid; a name that shows nothing is none."""
        seconds = None
        if re.fullmatch("[0-9]{1,7}", self.seconds):
            seconds = int(self.seconds)
        return Submission(
            name="" if characters.is_blank(self.name.data) else self.name.data,
            email=self.email.data,
            website=self.website.data,
            body=self.body.data,
            nonce=self.nonce,
            honeypot=self.honeypot,
            seconds=seconds,
            parent=(parsed(self.parent) or 0) if self.parent else None,  # 0: what no comment has,
        )
