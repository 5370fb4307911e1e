"""Large, damaged or hostile XML."""

import io
import tracemalloc

import pytest

from pnpm.imports import xml
from pnpm.imports.elements import Element, Outline
from pnpm.imports.records import NotAnArchive, Unreadable

OUTLINE = Outline("rss", ("item",), ("comment",), level=2, prefixes={"urn:wp": "wp"})
HEAD = "<rss><channel><title>Judul</title>"
FOOT = "</channel></rss>"


def read(text, outline=OUTLINE):
    data = text if isinstance(text, bytes) else text.encode()
    return list(xml.elements(io.BytesIO(data), outline))


def items(text):
    """The words of the title of each thing, and the damages with their lines."""
    found = read(HEAD + text + FOOT)
    titles = [one.word("title") for one in found if isinstance(one, Element) and one.name == "item"]
    return titles, [(one.what, one.line) for one in found if isinstance(one, Unreadable)]


def test_things_come_one_by_one_and_parts_before_them():
    found = read(f"{HEAD}<item><title>a</title><wp:comment>k</wp:comment></item>{FOOT}")
    assert [one.name for one in found] == ["title", "wp:comment", "item"]
    assert found[1].outer is found[2]
    assert [part.name for part in found[2].parts] == ["title"]


def test_a_namespace_is_known_by_its_address_whatever_it_is_called():
    found = read("<rss xmlns:x='urn:wp'><channel><item><x:a/><wp:b/></item></channel></rss>")
    assert [part.name for part in found[0].parts] == ["wp:a", "wp:b"]


def test_a_namespace_holds_only_within_the_element_that_declares_it():
    found = read(f"{HEAD}<item><y:a xmlns:y='urn:wp'/><y:b/></item>{FOOT}")
    assert [part.name for part in found[1].parts] == ["wp:a", "y:b"]


def test_markup_that_should_have_been_escaped_stays_markup():
    found = read(f"{HEAD}<item><t>x &lt; <b k='1&amp;'>y</b><br/>z</t></item>{FOOT}")
    assert found[1].text("t") == 'x &lt; <b k="1&amp;">y</b><br>z'


def test_names_of_characters_that_html_knows_are_read():
    assert items("<item><title>caf&eacute;&nbsp;&hellip; &bukan; &amp;</title></item>") == (
        ["café\xa0… &bukan; &"],
        [],
    )


BOMB = "<!DOCTYPE rss [<!ENTITY a 'x'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>"


@pytest.mark.parametrize(
    "declared",
    [
        BOMB,
        "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE rss [<!ENTITY % p SYSTEM 'http://127.0.0.1/x.dtd'> %p;]>",
        "<!DOCTYPE rss [<!ATTLIST item a CDATA 'x'>]>",
        "<?xml version='1.0'?>\n<!-- <rss> -->" + BOMB,
        BOMB.replace("]>", "<!ENTITY c '<rss>'>" * 20_000 + "]>"),
    ],
)
def test_a_file_that_declares_entities_is_refused(declared):
    with pytest.raises(NotAnArchive, match="entities of its own"):
        read(f"{declared}<rss><channel><item>&a;&x;</item></channel></rss>")


@pytest.mark.parametrize(
    "before",
    [
        "<!DOCTYPE rss>",
        "<!DOCTYPE rss SYSTEM 'http://127.0.0.1/rss.dtd'>",
        "<!-- <!ENTITY is not declared here -->",
        "\n\n  <?xml version='1.0'?>",
        "<br />\n<b>Warning</b>: something in <b>export.php</b> on line <b>7</b>\n<?xml version='1.0'?>",
    ],
)
def test_what_stands_before_the_root_has_no_effect(before):
    found = read(f"{before}{HEAD}<item><title>a</title></item>{FOOT}")
    assert [one.name for one in found] == ["title", "item"]


def test_a_declaration_within_a_damaged_file_is_not_followed():
    titles, damages = items(
        "<item><title>a</title></item>" + BOMB + "<item><title>&a;b</title></item>"
    )
    assert (titles, damages) == (["a", "&a;b"], [("file", 1)])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "an empty file"),
        ("<html><body>x</body></html>", "a web page"),
        ("{}", "a file of JSON"),
        ("Halo", "no file of XML"),
        ("<feed xmlns='x'/>", "an Atom feed"),
    ],
)
def test_a_file_of_another_kind_says_what_it_seems(text, why):
    with pytest.raises(NotAnArchive, match=f"This is {why}"):
        read(text)


def test_behind_a_damaged_thing_the_next_is_read():
    assert items("<item><title>a</b></item>\n<item><title>b</title></item>") == (
        ["", "b"],
        [("item", 1)],
    )


def test_a_thing_without_its_end_is_named_and_the_next_is_read():
    titles, damages = items("<item><title>a</title>\n<item><title>b</title></item>")
    assert (titles, damages) == (["a", "b"], [("item", 2)])


def test_what_was_cut_off_says_that_it_is_not_complete():
    found = read(f"{HEAD}<item><title>a</title><text>lama sek")
    assert [(one.complete, [part.name for part in one.parts]) for one in found[2:]] == [
        (False, ["title"])
    ]
    assert found[1] == Unreadable("item", "the file ends within it", 1)


def test_bare_ampersands_and_signs_are_read_as_such():
    titles, damages = items(
        "<item><title>Tom & Jerry <3 ?a=1&b=2 a < b &</title></item>\n"
        "<item u='?a=1&b=2'><title>x&#0;y&#x1F;z &#65;</title></item>"
    )
    assert titles == ["Tom & Jerry <3 ?a=1&b=2 a < b &", "xyz A"]
    assert damages == [("character", 1)]


@pytest.mark.parametrize("length", [1, 70_000])
def test_a_text_with_what_looks_like_the_end_of_cdata_is_whole(length):
    script = "<script>//<![CDATA[\nx < 1 && y;\n//]]>\n<i>z</i></script></p>"
    more = f"<b>b</b> {'x' * length} & c <br> d"
    text = f"<item>\n<t><![CDATA[a {script} {more}]]></t><title>j</title></item>\n<item></x>"
    found = read(HEAD + text + "<item/>" + FOOT)
    kept = found[1].text("t")
    assert kept.startswith("a <script>//<![CDATA[\nx < 1 && y;\n//")
    assert kept.endswith(f"\n<i>z</i></script></p> {more}")
    assert found[1].word("title") == "j"
    assert [(one.what, one.line) for one in found if isinstance(one, Unreadable)] == [
        ("item", 6),
        ("character", 5),
    ]


def test_a_text_that_is_too_large_just_before_a_repair_is_left_out(monkeypatch):
    monkeypatch.setattr(xml, "LARGEST_THING", 1_000)
    text = f"<item><title>{'x' * 2_000} & y</title></item>"
    assert items(f"{text}<item><title>b</title></item>") == (["", "b"], [("item", 1)])


def test_a_section_is_opened_again_but_a_few_times_in_a_thing(monkeypatch):
    monkeypatch.setattr(xml, "MOST_REOPENINGS", 2)
    text = "<item><title><![CDATA[a{}]]></title></item>"
    titles, damages = items("".join(text.format("]]></x>" * number) for number in (2, 3, 1)))
    assert titles == ["a</x></x>", "", "a</x>"]
    assert damages == [("item", 1), ("character", 1)]


def test_a_damage_behind_cdata_that_did_not_end_too_early_does_not_swallow_the_next_thing():
    titles, damages = items(
        "<item><title><![CDATA[a]]></titel></item><item><title><![CDATA[b]]></title></item>"
    )
    assert (titles, damages) == (["", "b"], [("item", 1)])


def test_the_lines_of_later_damages_are_right_after_repairs():
    titles, damages = items("<item><title>a & b\n& c</title></item>\n\n<item></x>\n</item><item/>")
    assert (titles, damages) == (["a & b\n& c", ""], [("item", 4), ("character", 1)])


def test_text_behind_the_end_is_named_and_a_second_document_is_read():
    found = read(f"{HEAD}{FOOT}\nFatal error\n{HEAD}<item><title>b</title></item>{FOOT}")
    assert [getattr(one, "name", one) for one in found] == [
        "title",
        Unreadable("file", "junk after document element", 2),
        "item",
    ]


@pytest.mark.parametrize("end", ["", "\n\n", "<!-- selesai -->"])
def test_nothing_is_said_of_a_file_that_is_whole(end):
    assert [one.name for one in read(f"{HEAD}<item/>{FOOT}{end}")] == ["title", "item"]


def test_a_stretch_of_zeros_as_a_crash_leaves_it_is_passed_over():
    titles, damages = items(f"<item><title>a</title>{chr(0) * 300_000}</item><item/>")
    assert (titles, damages) == (["a", ""], [("character", None)])


def many(unit, size=4_000_000, begin=HEAD):
    """A file of that many bytes that is made while it is read."""

    class Endless(io.RawIOBase):
        left = size

        def read(self, _size):
            if self.left == size:
                self.left -= 1
                return begin.encode()
            self.left -= len(unit)
            return unit if self.left > 0 else b""

    return Endless()


@pytest.mark.parametrize(
    ("begin", "unit"),
    [
        (f"{HEAD}<item><text>", b"kata kata " * 6_000),
        (f"{HEAD}<!-- ", b"kata kata " * 6_000),
        (f"{HEAD}<item u='", b"kata kata " * 6_000),
        (f"{HEAD}<item>", b"<a>x</a>" * 8_000),
        (f"{HEAD}<item>", b"<a>" * 20_000),
        (HEAD, b"<item><a>" * 7_000),
        (HEAD, b"</x>" * 15_000),
        (f"{HEAD}<item><text>", b"& " * 30_000),
        (f"{HEAD}<item><text>", b"<a <a " * 10_000),
        (f"{HEAD}<item><id>1</id>", b"<wp:comment>k</wp:comment>" * 2_500),
        (f"{HEAD}<item><id>1</id>", b"<wp:comment>k</b>" * 3_500),
    ],
)
def test_a_huge_file_is_read_in_constant_memory(begin, unit, monkeypatch):
    monkeypatch.setattr(xml, "LARGEST_THING", 300_000)
    monkeypatch.setattr(xml, "LARGEST_TOKEN", 100_000)
    monkeypatch.setattr(xml, "MOST_DAMAGES", 1_000)
    monkeypatch.setattr(xml, "MOST_REPAIRS", 1_000)
    tracemalloc.start()
    try:
        count = sum(1 for _one in xml.elements(many(unit, begin=begin), OUTLINE))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count
    assert most < 3_000_000


def test_a_thing_that_is_too_large_is_left_out_but_not_its_name_and_its_parts(monkeypatch):
    monkeypatch.setattr(xml, "LARGEST_THING", 2_000)
    text = f"<item><title>a</title><text>{'x' * 3_000}</text><wp:comment>k</wp:comment></item>"
    found = read(f"{HEAD}{text}<item><title>b</title></item>{FOOT}")
    assert [getattr(one, "name", one) for one in found] == [
        "title",
        Unreadable("item", "it has more than 2,000 characters", 1),
        "wp:comment",
        "item",
        "item",
    ]
    assert (found[3].word("title"), found[3].find("text"), found[3].complete) == ("a", None, False)


def test_a_file_that_is_nothing_but_damage_is_given_up(monkeypatch):
    monkeypatch.setattr(xml, "MOST_DAMAGES", 5)
    found = read(HEAD + "<item></x>" * 50)
    assert len(found) < 20
    assert found[-2] == Unreadable("file", "it is too damaged: the rest is not read", 1)
