"""Names of browsers and systems for the list of sessions, from the User-Agent header."""

import re

# A word in the User-Agent, and the name that people know. The first match counts: Edge calls itself
# Chrome, too, and Chrome Safari.
BROWSERS = {
    "Edg": "Edge",
    "EdgA": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "Linux": "Linux",
}


def name_of(agent: str) -> str:
    """Return the browser and its system, like `Chrome, Android`; empty if neither is known."""
    names = _first(BROWSERS, agent), _first(SYSTEMS, agent)
    return ", ".join(name for name in names if name)


def _first(names: dict[str, str], agent: str) -> str:
    for word, name in names.items():
        if re.search(rf"\b{word}\b", agent):
            return name
    return ""
