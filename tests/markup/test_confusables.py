"""Names that the eye takes for one are one, and those of people stay their own."""

import pytest

from pnpm.comments.policy import Policy
from pnpm.comments.rules import Rules
from pnpm.markup.confusables import skeleton
from pnpm.site_settings import Words

SITE = Words().name
PEOPLE = """
H. Nur'aini, S.Pd.|Amin|Adminah|Aminah|Admiral|Siti Aminah|Aminuddin|Mohammad Amin|Amir|Arman|Armin|Arnim|Aldmin|Admi|Min|
Adi|Adit|Ade|Ahmad|Andi Mappanyukki|Andi Besse|A. Rini|Baso|Besse Tenri|Becce|Daeng Tiro|Dg. Nai|Puang Rusli|Karaeng Bontoa|
I Made Wirawan|Ni Luh Putu|Ida Bagus Oka|Nyoman|Ketut|Komang Ayu|Cokorda|Sutrisno|Slamet|Sri Wahyuni|Bambang|Budi|Budiman|
Joko Widodo|Tri|Dwi|Eko|Nuraini|Nur'aeni|Ma'ruf|Jum'ati|Sa'diyah|Rahmat Hidayat|Fatimah Az-Zahra|Abd. Rahman|Abdul|Moh. Ilham|
Muh. Ali|M. Yusuf|Ust. Zainal|KH. Hasyim|Hj. Rosmini|Drs. H. Syamsul|Ir. Suharto|dr. Ani|Prof. Ilmi|Bu Tini|Pak RT|Pak RW 03|
Ibu Camat|Mbak Yuni|Mas Anton|Kak Rina|Bang Jali|Uni Desi|Teh Euis|Cecep|Asep|Ujang|Dede|Ucok|Butet|Togar Sihombing|Sitorus|
Ginting|Sembiring|Tarigan|Nasution|Lubis|Harahap|Pangaribuan|Wenda|Tabuni|Yohanes|Yosef|Maria Goreti|Clara|Dara|Cici|Lili|Lulu|
Oei Tjin|Lim Siok Lan|Tan Malaka|Operasi|Opera|Opertor Radio Amatir|Moderat|Modera|Pengurusan|Ketua Pengurus RT 03|
Operator Sekolah|Admin Masjid Al-Ikhlas|Pengelola BUMDes|Karang Taruna|Warga|Anonim|Penulis|Rina 88|SITI|siti|Ｓｉｔｉ|أحمد|Ахмед|
阿明|R|A|Pemuda Dua Boccoe|Kecamatan|PNPM|Dua Boccoe|PNPM Mandiri|🙂|...|-|1|Muhammad Rizki Ramadhan Putra Pratama Wijaya Kusuma
"""
PEOPLE = [name.strip() for name in PEOPLE.replace("\n", "").split("|")]
PASSING = """
Admin|admin|ADMIN|AdmIn|admln|Adm1n|4dm1n|@dmin|Adm!n|A d m i n|A.d.m.i.n.|A-D-M-I-N|[Admin]|★Admin★|Admin.|"Admin"|
Ádmín|Àdmïn|Aḍmin|ａｄｍｉｎ|Ａｄｍｉｎ|𝐀𝐝𝐦𝐢𝐧|ⓐⓓⓜⓘⓝ|🄰🄳🄼🄸🄽|🅐🅓🅜🅘🅝|🅰🅳🅼🅸🅽|🇦🇩🇲🇮🇳|ᵃᵈᵐⁱⁿ|ᴀᴅᴍɪɴ|ᗩᗪᗰIᑎ|Ꭺdmin|А́dmin|Аdmin|Аԁmіn|Αdmιn|Admın|ADMİN|Adrnin|
Aclmin|Ac1min|Moderаtor|M0derator|Moclerator|Operat0r|0perator|Pengurus|Penguruѕ|Pengelo1a|PengeIola|Adrninistrator|Administrаtor
"""
PASSING = [name.strip() for name in PASSING.replace("\n", "").split("|")]
UNSEEN = [
    f"Ad{letter}min"
    for letter in "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u3164\u115f\u1160\uffa0\u2800\u0336\u20dd\ufe0f"
]


def test_there_are_names_enough():
    assert len(PEOPLE) > 100
    assert len(PASSING) > 50


@pytest.mark.parametrize("name", PEOPLE)
def test_nobodys_own_name_is_refused(name):
    assert not Rules().is_reserved(name, SITE)


@pytest.mark.parametrize(
    "name",
    [
        *PASSING,
        *UNSEEN,
        "adm|n",
        SITE,
        SITE.lower(),
        "PNPM-MP KECAMATAN DUA BOCCOE",
        "PNPM MP Kecarnatan Dua B0ccoe",
    ],
)
def test_what_passes_for_the_offices_own_is(name):
    assert Rules().is_reserved(name, SITE)


@pytest.mark.parametrize("reserved", ["", "\n\n", "---\n...", "😀"])
def test_a_line_without_letters_reserves_nothing(reserved):
    rules = Rules(Policy(reserved=reserved))
    for name in ("", "...", "😀", "^_^", "Admin"):
        assert not rules.is_reserved(name, "***")


def test_the_office_reserves_what_it_likes():
    rules = Rules(Policy(reserved="Pak Camat\n  Bu Camat  \n"))
    assert rules.is_reserved("pak camat", SITE)
    assert rules.is_reserved("Bu Carnat", SITE)
    assert not rules.is_reserved("Admin", SITE)


@pytest.mark.parametrize(
    "name", ["\0", "\ud800", "a" * 10000, "\u0336" * 500, "ﷺ", "\U000e0041dmin"]
)
def test_no_name_is_too_strange(name):
    assert isinstance(skeleton(name), str)
