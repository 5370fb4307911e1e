"""Letters that look alike, so that nobody passes for the office with a Cyrillic `а`.

The pairs are from Unicode Technical Standard 39 (confusables), for the scripts that phones here can
type and those that “fancy” names are made of.
"""

import string
import unicodedata
from functools import lru_cache

# Letters of many scripts, Latin included: the left one looks like the right one.
_PAIRS = (
    "аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs һh ԁd ԛq ԝw ӏl ґr гr пn ь6 ѵv үy ѡw бb "
    "зe иu лn чy шw щw ъb ыbi эe юio яr "
    "αa βb γy δa εe ζz ηn ιi κk λa μu νv οo πn ρp σo ςc τt υu χx ωw ɑa ɐa ɡg ɩi ıi ʟl ɴn "
    "ʀr ꜱs ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj "
    "ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ʏy ᴢz օo սu ոn հh քp ցg զq łl øo đd ħh ŧt ǝe ßb ƅb ɓb ƈc ɗd "
    "ƒf ɠg ƙk ɲn ƥp ƭt ʋv ƴy ƶz ⱥa ɖd ɱm ᵯm "
    "ɨi ɳn ŋn ƞn 0o 1l 3e 4a 5s 7t 8b |l !l ¡i $s @a ₳a ₦n ₱p ₮t €e ©c ®r اl אa ꮪs ꭰd Ꭺa "
    "Ᏼb Ꮯc Ꭰd Ꭼe Ꮐg Ꮋh Ꭵi Ꮖi Ꭻj Ꮶk Ꮮl Ꮇm "
    "Ꮲp Ꭱr Ꮢr Ꮪs Ꭲt Ꮩv Ꮤw Ꮓz ᗩa ᗷb ᑕc ᗪd ᗴe ᖴf ᕼh ᒍj ᒪl ᗰm ᑎn ᑭp ᖇr ᔕs ᑌu ᐯv ᗯw ᘔz"
)
_ALIKE = {ord(pair[0]): pair[1:] for pair in _PAIRS.split()}
# Letters in dark circles and squares, and those of flags.
for _first in (0x1F150, 0x1F170, 0x1F1E6):
    _ALIKE |= {_first + number: letter for number, letter in enumerate(string.ascii_lowercase)}
_BLANK = "\u115f\u1160"  # letters with nothing to see
_SEQUENCES = (("rn", "m"), ("vv", "w"), ("cl", "d"))


@lru_cache(64)  # the office's own are asked for with each comment
def skeleton(name: str) -> str:
    """Return what a name looks like: names that look alike have the same skeleton. Spaces,
    punctuation and accents do not count; empty for a name without a letter or digit.
    """
    small = unicodedata.normalize("NFKC", name).replace("I", "l").casefold()
    apart = unicodedata.normalize("NFKD", small)
    alike = "".join(
        _ALIKE.get(ord(letter), letter) for letter in apart if not unicodedata.combining(letter)
    )
    seen = "".join(letter for letter in alike if letter.isalnum() and letter not in _BLANK)
    for pair, letter in _SEQUENCES:
        seen = seen.replace(pair, letter)
    return seen.replace("i", "l")
