"""Letters that look alike, made one: so that nobody passes for the office with an `а` that is Cyrillic.

What looks like what is taken from Unicode Technical Standard 39 (confusables), for the scripts that phones here can type.
"""

import unicodedata

# Of Cyrillic, Greek, Armenian, Cherokee and Latin's own: the letter on the left passes for the one on the right.
_PAIRS = (
    "аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs һh ԁd ԛq ԝw ӏl ґr гr пn ь6 ё ѵv ү ѡw бb зe иu лn чy шw щw ъb ыbi эe юio яr "
    "αa βb γy εe ζz ηn ιi κk λa μu νv οo πn ρp σo ςc τt υu χx ωw ɑa ɡg ɩi ıi ʟl ɴn ʀr ꜱs ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ᴍm "
    "ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ʏy ᴢz օo սu ոn հh քp ցg զq łl øo đd ħh ŧt ǝe ßb ƅb ɓb ƈc ɗd ƒf ɠg ƙk ɲn ƥp ƭt ʋv ƴy ƶz 0o 1l 3e 4a 5s "
    "7t 8b |l !l $s @a €e ©c ®r ꮪs ꭰd"
)
_ALIKE = {ord(pair[0]): pair[1:] for pair in _PAIRS.split() if len(pair) > 1}
_ALIKE |= {ord("i"): "l"}  # after the rest: a capital I is an l to the eye
_SEQUENCES = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def skeleton(name: str) -> str:
    """What a name looks like: two names that the eye takes for one have the same; spaces, points and accents do not count."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    letters = "".join(_ALIKE.get(ord(letter), letter) for letter in apart if not unicodedata.combining(letter))
    seen = "".join(_ALIKE.get(ord(letter), letter) for letter in letters if letter.isalnum())
    for pair, letter in _SEQUENCES:
        seen = seen.replace(pair, letter)
    return seen
