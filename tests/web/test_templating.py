import pytest
from jinja2 import UndefinedError


def test_what_one_template_is_given_for_itself_no_other_has(app):
    shout = app.jinja_env.from_string("{{ shout('awas') }}", globals={"shout": str.upper})
    assert shout.render() == "AWAS"
    with pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ shout('awas') }}").render()


def test_what_the_site_gives_all_later_those_that_were_loaded_before_have_too(app):
    late = app.jinja_env.from_string("{{ late is defined }}")
    app.jinja_env.globals["late"] = True
    try:
        assert late.render() == "True"
    finally:
        del app.jinja_env.globals["late"]
