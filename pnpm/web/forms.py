"""What all forms share: the CSRF token is checked first, then the length of each text, and only
then what it says.
"""

from collections.abc import Callable

from flask_babel import format_decimal, gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, StringField
from wtforms.csrf.core import CSRFTokenField
from wtforms.fields.core import UnboundField
from wtforms.validators import StopValidation

LONGEST_TOKEN = 500  # characters: readers' and the office's tokens have fewer than 150
LARGEST_NUMBER = 10**15  # a validator makes a float of a number, which 400 digits do not fit


def too_long(length: int, most: int) -> str:
    """Return the message for a text of `length` characters where `most` are allowed."""
    return gettext(
        "Terlalu panjang: paling banyak %(most)s huruf. Pendekkan %(over)s huruf.",
        most=format_decimal(most),
        over=format_decimal(length - most),
    )


class AtMost:
    """The first validator of each text field: at most so many characters. `most` may be a function,
    for a limit that is not known before the site is.

    Nobody has typed what is in a hidden field, nor can shorten it: one that is too long counts as
    empty.
    """

    def __init__(self, most: int | Callable[[], int]):
        self.most = most

    def __call__(self, form: "Form", field: StringField) -> None:
        most = self.most
        if callable(most):
            most = most()
        length = len(field.data or "")
        if length > most and isinstance(field, HiddenField):
            field.data = ""
        elif length > most:
            raise StopValidation(too_long(length, most))


class NumberField(IntegerField):
    """A whole number. One with more digits than any that we ask for counts as LARGEST_NUMBER, so
    that whoever typed it is told which are allowed.
    """

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number that was typed."""
        super().process_formdata(valuelist)
        if self.data is not None:
            self.data = max(-LARGEST_NUMBER, min(self.data, LARGEST_NUMBER))


class Form(FlaskForm):
    """A form whose text fields have `AtMost` as their first validator, and whose numbers are
    `NumberField`s. TypeError when a class is written otherwise.
    """

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        for name, field in vars(cls).items():
            if (
                isinstance(field, UnboundField)
                and _is_text(field.field_class)
                and not _has_cap(field.kwargs)
            ):
                raise TypeError(f"{cls.__name__}.{name} needs AtMost as its first validator")
            if isinstance(field, UnboundField) and _is_unbounded(field.field_class):
                raise TypeError(f"{cls.__name__}.{name} needs to be a NumberField")

    @property
    def token_field(self) -> CSRFTokenField:
        """Return the field of its CSRF token."""
        return self[self.meta.csrf_field_name]

    def validate(self, extra_validators=None) -> bool:
        """Check token, lengths, then the rest; after a step that fails the next is not tried."""
        return self._is_ours() and self._fits() and super().validate(extra_validators)

    def refuse(self, reason: str) -> None:
        """Add an error that belongs to no field."""
        self.form_errors.append(reason)

    @property
    def has_good_token(self) -> bool:
        """Tell whether its token is good, which is all that a form without fields has to show."""
        return self._is_ours()

    def _is_ours(self):
        token = self.token_field
        if len(token.data or "") > LONGEST_TOKEN:
            token.data = ""
        return token.validate(self)

    def _fits(self):
        for field in self:
            if _is_text(type(field)):
                _measure(self, field)
        return not any(field.errors for field in self)


def _is_text(kind):
    return issubclass(kind, StringField) and not issubclass(kind, CSRFTokenField)


def _is_unbounded(kind):
    return issubclass(kind, IntegerField) and not issubclass(kind, NumberField)


def _has_cap(options):
    return isinstance(next(iter(options.get("validators", ())), None), AtMost)


def _measure(form, field):
    try:
        field.validators[0](form, field)
    except StopValidation as fault:
        field.errors = [str(fault)]
