"""What every form does first: its token is checked, then the length of each text, and nothing else
until both are right.
"""

import importlib
import pkgutil

import pytest
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, IntegerField, PasswordField, StringField, TextAreaField
from wtforms.csrf.core import CSRFTokenField

import pnpm
from pnpm.public.comment_form import CommentForm
from pnpm.web.forms import AtMost, Form, too_long

LARGEST = 4 * 1024 * 1024  # characters: what a form for writing takes in all


def all_forms(kind=Form):
    """Every class of a form that the program has, its base classes, too."""
    for module in pkgutil.walk_packages(pnpm.__path__, "pnpm."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    found = {kind}
    for below in kind.__subclasses__():
        found |= all_forms(below)
    return {one for one in found if one.__module__.startswith("pnpm.")}


def texts_of(kind):
    """The names of its fields that hold text, and the fields not yet bound."""
    fields = {
        name: getattr(kind, name)
        for name in dir(kind)
        if hasattr(getattr(kind, name, None), "field_class")
    }
    return {
        name: field for name, field in fields.items() if issubclass(field.field_class, StringField)
    }


def test_there_are_forms_and_they_have_fields_of_text():
    assert len(all_forms()) > 20
    assert sum(len(texts_of(kind)) for kind in all_forms()) > 40


@pytest.mark.parametrize(
    "kind",
    sorted(all_forms(), key=lambda kind: kind.__qualname__),
    ids=lambda kind: kind.__qualname__,
)
def test_every_field_of_text_has_its_cap_first(kind, app):
    for name, field in texts_of(kind).items():
        cap = field.kwargs["validators"][0]
        assert isinstance(cap, AtMost), name
        with app.test_request_context():
            most = cap.most() if callable(cap.most) else cap.most
        assert 0 < most < LARGEST, name


def test_no_form_stands_on_another_base():
    others = {kind for kind in FlaskForm.__subclasses__() if kind.__module__.startswith("pnpm.")}
    assert others == {Form}


@pytest.mark.parametrize("kind", [StringField, TextAreaField, HiddenField, PasswordField])
@pytest.mark.parametrize(
    "validators", [[], [lambda form, field: None], [lambda form, field: None, AtMost(3)]]
)
def test_a_form_with_a_text_without_a_cap_cannot_be_written(kind, validators):
    with pytest.raises(TypeError, match=r"Wrong\.text"):
        type("Wrong", (Form,), {"text": kind(validators=validators)})


def test_a_form_with_a_number_without_an_end_cannot_be_written():
    with pytest.raises(TypeError, match=r"Wrong\.number"):
        type("Wrong", (Form,), {"number": IntegerField()})


class Probe(Form):
    """Tells what was looked at."""

    class Meta(Form.Meta):
        csrf = True

    short = StringField(validators=[AtMost(5), lambda form, field: form.looked.append("short")])
    other = StringField(validators=[AtMost(5), lambda form, field: form.looked.append("other")])
    hidden = HiddenField(validators=[AtMost(5)])

    def __init__(self, *given, **options):
        self.looked = []
        super().__init__(*given, **options)

    def validate_other(self, field):
        self.looked.append("inline")


@pytest.fixture
def probe(app):
    """Makes the probe as a form of the office gets it: with the token of the session, unless it is
    another.
    """

    def make(token=None, **data):
        given = Probe(formdata=None).csrf_token.current_token if token is None else token
        return Probe(MultiDict(data | {"csrf_token": given}))

    with app.test_request_context("/admin/x", method="POST"):
        yield make


@pytest.mark.parametrize("token", ["", "x", "x" * 60_000, "." * 60_000, "é" * 30_000])
def test_with_a_wrong_token_nothing_else_is_looked_at_and_the_text_is_kept(probe, token):
    form = probe(token, short="x" * 60_000, other="kept")
    assert not form.validate()
    assert (form.looked, set(form.errors)) == ([], {"csrf_token"})
    assert (form.short.data, form.other.data) == ("x" * 60_000, "kept")


def test_one_text_that_is_too_long_keeps_all_others_from_being_looked_at(probe):
    form = probe(short="x" * 6, other="fine")
    assert not form.validate()
    assert form.looked == []
    assert form.errors == {"short": [too_long(6, 5)]}


def test_what_fits_is_looked_at(probe):
    form = probe(short="x" * 5, other="fine", hidden="12345")
    assert form.validate()
    assert (form.looked, form.hidden.data) == (["short", "other", "inline"], "12345")


def test_a_hidden_text_that_is_too_long_counts_as_empty(probe):
    form = probe(short="x", other="fine", hidden="123456")
    assert form.validate()
    assert form.hidden.data == ""


def test_both_texts_that_are_too_long_are_said_at_once(probe):
    form = probe(short="x" * 1205, other="123456")
    assert not form.validate()
    assert form.errors == {
        "short": ["Terlalu panjang: paling banyak 5 huruf. Pendekkan 1.200 huruf."],
        "other": ["Terlalu panjang: paling banyak 5 huruf. Pendekkan 1 huruf."],
    }


def test_the_readers_form_stands_on_it(app):
    with app.test_request_context("/", method="POST"):
        form = CommentForm(1, None)
        assert isinstance(form.token_field, CSRFTokenField)
        assert form.token_field is form.token
