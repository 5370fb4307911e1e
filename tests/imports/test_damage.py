"""Whatever happens to a file, reading it ends, and raises nothing but NotAnArchive."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnpm.imports import blogger, disqus, wordpress
from pnpm.imports.records import ArchivedSite, NotAnArchive
from tests.imports.archives import SAMPLES


def packed():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("B/feed.atom", (SAMPLES / "takeout.atom").read_bytes())
        archive.writestr("a.jpg", b"x")
        archive.writestr("a.jpg.json", b"{}")
    return data.getvalue()


ARCHIVES = {
    "blogger_old.xml": (blogger, (SAMPLES / "blogger_old.xml").read_bytes()),
    "takeout.atom": (blogger, (SAMPLES / "takeout.atom").read_bytes()),
    "takeout.zip": (blogger, packed()),
    "wordpress.xml": (wordpress, (SAMPLES / "wordpress.xml").read_bytes()),
    "disqus.xml": (disqus, (SAMPLES / "disqus.xml").read_bytes()),
}
PIECES = st.sampled_from(
    [
        b"<",
        b">",
        b"&",
        b"</item>",
        b"<item>",
        b"<entry>",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"\x00",
        b"\xff",
        b'"',
        b"<post>",
        b"<wp:comment>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
        b"<?x",
    ]
)
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.one_of(PIECES, st.binary(max_size=3))), max_size=6)


def damaged(data, changes, cut, is_cut):
    """The bytes with pieces written over them, perhaps cut."""
    for where, piece in changes:
        at = int(where * len(data))
        data = data[:at] + piece + data[at + len(piece) :]
    return data[: int(cut * len(data))] if is_cut else data


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged") / "archive"


@pytest.mark.parametrize("name", ARCHIVES)
def test_reading_a_damaged_file_always_ends(name, path):
    reader, data = ARCHIVES[name]

    @settings(max_examples=60)
    @given(changes=CHANGES, cut=st.floats(0, 1), is_cut=st.booleans())
    def read(changes, cut, is_cut):
        path.write_bytes(damaged(data, changes, cut, is_cut))
        try:
            records = list(reader.read(path))
        except NotAnArchive as refusal:
            assert str(refusal).endswith((".", "Satu"))
        else:
            assert [isinstance(one, ArchivedSite) for one in records].count(True) == 1
            assert isinstance(records[0], ArchivedSite)

    read()


@pytest.mark.parametrize("name", ["blogger_old.xml", "takeout.atom", "wordpress.xml", "disqus.xml"])
def test_one_flipped_bit_costs_at_most_the_things_around_it(name, path):
    reader, data = ARCHIVES[name]
    path.write_bytes(data)
    whole = {repr(one) for one in reader.read(path)}

    @settings(max_examples=60)
    @given(where=st.integers(len(data) // 4, len(data) - 1), bit=st.integers(0, 7))
    def read(where, bit):
        changed = bytearray(data)
        changed[where] ^= 1 << bit
        path.write_bytes(changed)
        try:
            found = {repr(one) for one in reader.read(path)}
        except NotAnArchive:
            return
        assert len(whole - found) <= 7

    read()
