"""The look of the site as the settings offer it: the colours to choose its accent from, and the
layouts of its lists of articles.
"""

from typing import NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from pnpm.accent import DARK, LIGHT, RED, Shades, shades_of

# by how `Words.accent` has them
ACCENTS = {
    "": _("Merah"),
    "#2c6136": _("Hijau sawah"),
    "#0f5a80": _("Biru laut"),
    "#7a3f6b": _("Ungu manggis"),
    "#a0460b": _("Jingga senja"),
    "#6b4226": _("Cokelat kopi"),
}
LAYOUTS = {
    "cards": _("Kartu: gambar, ringkasan dan label"),
    "list": _("Daftar: judul saja, untuk yang banyak"),
    "magazine": _("Majalah: yang pertama besar, lainnya berkolom"),
}
PAPERS = LIGHT[0], DARK[0]  # on which the shades are shown


class Accent(NamedTuple):
    """A colour that was chosen (`#rrggbb`), the shades that pages have of it, and in words whether
    they are others.
    """

    chosen: str
    shades: Shades
    sentences: tuple[str, str]
    red: str = RED.light

    @classmethod
    def of(cls, accent: str) -> "Accent":
        """Return the accent of `Words.accent`."""
        shades = shades_of(accent)
        chosen = accent or shades.light
        on_light = gettext("Di latar terang dipakai apa adanya.")
        if shades.light != chosen:
            on_light = gettext("Di latar terang dibuat lebih gelap, supaya tulisan terbaca.")
        on_dark = gettext("Di latar gelap dipakai apa adanya.")
        if shades.dark != chosen:
            on_dark = gettext("Di latar gelap dibuat lebih terang, supaya tulisan terbaca.")
        return cls(chosen, shades, (on_light, on_dark))
