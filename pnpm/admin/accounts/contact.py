"""An officer's e-mail address and what is sent there, from one form for one's own account and
another's.
"""

from flask import current_app

from pnpm.accounts.models import User
from pnpm.audit import contact, contact_confirmation
from pnpm.audit.models import ChangeSet

from .forms import ContactForm


def form_of(user: User, kind: type[ContactForm]) -> ContactForm:
    """Return a fresh form with what is stored."""
    return kind(formdata=None, email=user.email, notices=user.notices.value)


def change(user: User, form: ContactForm, who: str) -> bool:
    """Store what the form says of that account, locked by the caller, as done by `who`. Return
    whether its owner is mailed a link now that confirms the address: where mail is not set up, it
    waits until it is.
    """
    config = current_app.config["PNPM"]
    contact.change(user, form.email.data, form.chosen, ChangeSet(who))
    return contact_confirmation.ask(config.secret_key, user) and config.mail_url is not None
