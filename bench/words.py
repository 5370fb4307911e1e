"""Comments as readers here write them: Indonesian, of varied length, some with emoticons, a link, a
name; the same every run.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

SHORTEST, LONGEST = 40, 600  # characters

NAMES = (
    "",
    "",
    "Andi Rahmat",
    "H. Nur'aini, S.Pd.",
    "Daeng Sitaba",
    "Besse Tenri",
    "Muh. Yusuf",
    "Ibu Hasnah",
    "Warga Lappo",
)
WEBSITES = (
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "https://www.kemendesa.go.id/",
    "http://desa-lappo.example/",
)
EMOTICONS = (":)", ":))", ":D", ";)", ":(", ":-*", "=))", "b-(", ":p", "8-}")
LINKS = (
    "https://bone.go.id/berita/musrenbang-2026.html",
    "www.kemendesa.go.id",
    "http://desa-lappo.example/foto?album=12&hal=3",
)
WHO = (
    "Kelompok simpan pinjam kami",
    "Warga dusun Lappo",
    "Tim pelaksana",
    "Pak kepala desa",
    "Ibu-ibu majelis taklim",
    "Kami",
)
DOES = (
    "sudah mengusulkan",
    "masih menunggu",
    "berharap ada",
    "ikut mengawasi",
    "belum mendengar",
    "sangat terbantu oleh",
)
WHAT = (
    "perbaikan jalan tani",
    "air bersih untuk tiga dusun",
    "laporan dana bergulir",
    "gedung PAUD yang baru",
    "irigasi",
)
WHEN = (
    "sejak tahun lalu",
    "pada musyawarah bulan Maret",
    "sebelum musim hujan",
    "di kantor camat",
    "sampai hari ini",
)
ENDS = (
    ".",
    ".",
    ", terima kasih.",
    ", mohon penjelasannya.",
    "!",
    "?",
    ", semoga cepat terlaksana.",
)


class Written(NamedTuple):
    """What a reader typed into the form."""

    name: str
    website: str
    body: str


def comments(count: int, seed: int = 2012) -> Iterator[Written]:
    """That many comments, of 40 to 600 characters."""
    source = random.Random(seed)
    for _number in range(count):
        yield Written(source.choice(NAMES), source.choice(WEBSITES), _body(source))


def _body(source):
    # Most are short, a few are long.
    length = SHORTEST + int((LONGEST - SHORTEST) * source.random() ** 2)
    extra = [source.choice(EMOTICONS)] * (source.random() < 0.3) + [source.choice(LINKS)] * (
        source.random() < 0.15
    )
    body = " ".join([_sentence(source), *extra])
    while len(body) < length:
        body += source.choice((" ", " ", "\n")) + _sentence(source)
    return body[:LONGEST]


def _sentence(source):
    return " ".join(source.choice(part) for part in (WHO, DOES, WHAT, WHEN)) + source.choice(ENDS)
