"""A large JSON object, read a part at a time."""

import io
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnpm.imports import json_stream
from pnpm.imports.json_stream import Malformed, parts

WORDS = st.text(max_size=9)
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


def whole(text):
    """What it gives, put together again."""
    found = {}
    for part in parts(io.StringIO(text)):
        if part.place is None:
            found[part.name] = part.value
        else:
            found.setdefault(part.name, []).extend([part.value] * bool(part.place))
    return found


@settings(max_examples=100)
@given(st.dictionaries(WORDS, VALUES, max_size=4), st.sampled_from([None, 1]), st.booleans())
def test_it_gives_what_the_standard_library_gives(document, indent, is_ascii):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "CHUNK", 64)
        assert whole(json.dumps(document, indent=indent, ensure_ascii=is_ascii)) == document


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        "{",
        '{"a"',
        '{"a":1',
        '{"a":1}}',
        '{"a":NaN}',
        '{"a":[1,2}',
        '{"a":[1',
        '{"a":1,"a":2}',
        '{"a":tru}',
        '{"a":"x}',
        "{,}",
        '{"a":1,}',
        '{"a":[1,]}',
        "{1:2}",
        '{"a":' + "9" * 10_000 + "}",
        '{"a":' + "[" * 100_000,
        '{"b":{"a":' + "[" * 100_000,
    ],
)
def test_what_is_no_such_object_is_refused(text):
    with pytest.raises(Malformed):
        whole(text)


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(Malformed, match="UTF-8"):
        [*parts(io.TextIOWrapper(io.BytesIO(b'{"a": "\xff"}'), "utf-8"))]


def test_an_element_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(json_stream, "LONGEST", 1000)
    monkeypatch.setattr(json_stream, "CHUNK", 64)
    with pytest.raises(Malformed, match="longer than"):
        whole('{"a": ["' + "x" * 5000 + '"]}')


def test_a_long_list_takes_no_more_memory_than_a_short_one():
    class Endless(io.TextIOBase):
        """Elements, as many as are read."""

        left = 300

        def read(self, size=-1):
            self.left -= 1
            if self.left == 299:
                return '{"a": ["x"'
            if self.left > 0:
                return ',"' + "y" * 100_000 + '"'
            return "" if self.left else "]}"

    tracemalloc.start()
    try:
        assert sum(1 for _part in parts(Endless())) == 299
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
