"""What a browser calls itself, in words for people."""

import re

# What browsers and systems call themselves, and how people know them; the first that is found.
BROWSERS = {
    "Edg": "Edge",
    "EdgA": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
}
BROWSERS |= {"FxiOS": "Firefox", "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {name: name for name in ("Android", "iPhone", "iPad", "Windows")} | {
    "Macintosh": "Mac",
    "Linux": "Linux",
}


def name_of(agent: str) -> str:
    """A browser and its system, from its User-Agent: `Chrome, Android`; empty if that is nothing
    known.
    """
    found = [
        [words for name, words in names.items() if re.search(rf"\b{name}\b", agent)]
        for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(words[0] for words in found if words)
