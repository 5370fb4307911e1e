"""Which pictures of an article's source have no words, and putting words in."""

import pytest

from pnpm.markup import alt_texts

KEY, OTHER = "a" * 32, "b" * 32


def image(key=KEY, more=""):
    return f'<img src="/pictures/{key}/800.jpg"{more} width="800">'


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("<p>Tanpa gambar</p>", []),
        (image(), [KEY]),
        (image(more=' alt=""'), [KEY]),
        (image(more=" alt=' '"), [KEY]),
        (f"<IMG ALT='' SRC=pictures/{KEY}/400.jpg>", [KEY]),
        (image(more=' alt="Warga > aparat"'), []),
        (image(more=" alt=Warga"), []),
        (image(more=' alt="" role="presentation"'), []),
        (image(OTHER) + image() + image(OTHER), [OTHER, KEY]),
        ('<img src="https://lain.id/x.jpg">', []),
        ("<img", []),
    ],
)
def test_each_without_words_is_named_once_and_in_order(source, keys):
    assert alt_texts.lacking(source) == keys


@pytest.mark.parametrize("given", ["", ' alt=""', " alt=''", ' role="img" alt=""'])
def test_words_are_put_where_there_are_none(given):
    described = image(OTHER, ' alt="b"')
    source = f"<p>a</p>{image(more=given)}{described}"
    completed = alt_texts.completed(source, {KEY: 'Warga & "aparat"', OTHER: "lain"}, ())
    assert completed == (
        f'<p>a</p><img alt="Warga &amp; &quot;aparat&quot;" src="/pictures/{KEY}/800.jpg" '
        f'width="800">{described}'
    )


def test_decoration_is_marked_and_has_no_words():
    completed = alt_texts.completed(image(), {KEY: "Garis"}, {KEY})
    assert completed.startswith('<img alt="" role="presentation" src=')
    assert alt_texts.lacking(completed) == []


def test_without_an_answer_nothing_changes():
    assert alt_texts.completed(image(), {}, ()) == image()
    assert alt_texts.completed(image(), {KEY: ""}, {OTHER}) == image()


def test_a_hostile_source_is_read_in_one_go():
    source = "<img '" * 20_000 + '<img alt="' * 20_000
    assert alt_texts.lacking(source) == []
    assert alt_texts.completed(source, {KEY: "a"}, ()) == source
