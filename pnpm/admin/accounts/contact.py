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
    whether its owner is mailed a link that confirms the address.
    """
    contact.change(user, form.email.data, form.chosen, ChangeSet(who))
    return contact_confirmation.ask(current_app.config["PNPM"].secret_key, user)
