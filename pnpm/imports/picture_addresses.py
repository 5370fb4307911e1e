"""The addresses under which other systems show a picture: which of them are the same picture in
another size, and what its file may be called.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from urllib.parse import parse_qsl, unquote, urljoin, urlunsplit

from pnpm.markup.urls import is_local, is_web, parts_of

ENDINGS = {"bmp", "gif", "heic", "jfif", "jpeg", "jpg", "png", "webp"}
# Where the pictures of Blogger are. The names are many, and the paths below them the same.
_GOOGLE = re.compile(
    r"(?:[\w-]+\.)*(?:bp\.blogspot\.com|googleusercontent\.com|ggpht\.com)", re.IGNORECASE
)
# A size there: `s320`, `s1600-h`, `w640-h480`, `s72-c`, `w1200-h630-p-k-no-nu`; a part of the path
# before the file's name, or at the address's end behind `=`.
_SIZE = re.compile(r"[swh]\d{1,4}(?:-[a-z]{1,3}\d{0,4}){0,8}")
_LARGE = "s1600"  # pixels: what is kept of a picture
# WordPress writes a smaller file beside each picture, and of a very large one another for the page.
_SMALLER = re.compile(r"-\d{1,5}x\d{1,5}(?=\.[a-z]{3,4}\Z)", re.IGNORECASE)
_SCALED = re.compile(r"-(?:scaled|rotated)(?=\.[a-z]{3,4}\Z)", re.IGNORECASE)
# What a query may ask for that leaves it the same picture.
_SHAPE = {"w", "h", "resize", "fit", "crop", "quality", "strip", "ssl", "zoom", "ver", "v"}
# Its proxy, which has the picture's own host in the path.
_PROXY = re.compile(r"i[0-3]\.wp\.com", re.IGNORECASE)
# What scripts that load pictures late keep the address in.
_LATE = "data-orig-file", "data-large-file", "data-src", "data-lazy-src", "data-original"
_SETS = "srcset", "data-srcset", "data-lazy-srcset"
_IN_SET = re.compile(r"(\d{1,6})(?:\.\d{1,3})?[wx],?")
_END_IN_SET = re.compile(r"(?<=\d[wx]),")
_MOST_IN_SET = 30  # sizes of one picture


def whole(address: str, page: str = "") -> str:
    """Return the whole http(s) address, or the `data:` one, of what HTML names on the page of that
    URL; empty if it is none. If the page is not known, a path stays as it is.
    """
    address = address.strip()
    if address[:5].lower() == "data:":
        return address
    address = re.sub(r"[\s\\]", lambda found: {"\\": "/"}.get(found[0], "%20"), address)
    if address.startswith("//"):
        address = f"https:{address}"
    elif page and not re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE):
        address = _beside(page, address)
    is_path = not page and is_local(address) and address[:1] not in ("#", "?")
    return address if is_path or is_web(address) else ""


def shown_by(image: Mapping[str, str], link: str = "", page: str = "") -> list[str]:
    """Return the addresses of the picture that an `<img>` of these attributes shows, each whole,
    the one that is most likely the largest first. `link` is where the link around it leads.
    """
    named = [link] if is_picture(whole(link, page)) else []
    named += [image[name] for name in _LATE[:2] if image.get(name)]
    for name in _SETS:
        named += _in_set(image.get(name, ""))
    late = [image[name] for name in _LATE[2:] if image.get(name)]
    source = image.get("src", "")
    # an empty picture stands there until the true one is loaded
    named += [*late, source] if source[:5].lower() == "data:" else [source, *late]
    return [*dict.fromkeys(filter(None, (whole(each, page) for each in named)))]


def is_dot(image: Mapping[str, str]) -> bool:
    """Return whether an `<img>` of these attributes shows nothing: it only counts who reads."""
    sizes = (image.get(name, "").strip().removesuffix("px") for name in ("width", "height"))
    return any(size in ("0", "1") for size in sizes)


def is_picture(address: str) -> bool:
    """Return whether an address, judged by itself, is that of a picture's file."""
    parts = parts_of(address)
    if parts is None or not parts.scheme:
        return False
    path = parts.path.rstrip("/")
    ending = path.rpartition(".")[2].lower()
    return ending in ENDINGS or (_is_google(parts.hostname) and _unsized(path) != path)


def identity(address: str) -> str:
    """Return what all addresses of the same picture have in common, whatever its size."""
    parts = parts_of(address)
    if parts is None or not is_web(address):  # with the picture itself in it, perhaps
        return hashlib.sha256(address.encode(errors="replace")).hexdigest()
    host, path = (parts.hostname or "").lower(), parts.path
    if _is_google(host):
        return f"google{unquote(_unsized(path))}"
    if _PROXY.fullmatch(host):
        host, _slash, path = path.lstrip("/").partition("/")
        path = f"/{path}"
    name = _SCALED.sub("", _SMALLER.sub("", unquote(path)))
    query = "" if _is_shape(parts.query) else f"?{parts.query}"
    return f"{host.removeprefix('www.')}{name}{query}"


def larger(address: str) -> Iterator[str]:
    """Yield the addresses to ask for the picture, the one that has as much of it as is kept first,
    and itself last.
    """
    parts = parts_of(address)
    if parts is None:
        return
    large = address
    if _is_google(parts.hostname):
        large = urlunsplit((parts.scheme, parts.netloc, _unsized(parts.path, _LARGE), "", ""))
    elif _PROXY.fullmatch(parts.hostname or ""):
        large = f"https:/{parts.path}"
    elif _is_shape(parts.query):
        large = urlunsplit((parts.scheme, parts.netloc, _SMALLER.sub("", parts.path), "", ""))
    if large != address:
        yield large
    yield address


def paths(address: str) -> list[tuple[str, ...]]:
    """Return the paths, as their parts, that a file with the picture may have, that of the original
    first and those of smaller ones behind it.
    """
    parts = parts_of(address)
    if parts is None:
        return []
    path = _unsized(parts.path) if _is_google(parts.hostname) else parts.path
    *folders, name = [unquote(part) for part in path.split("/") if part] or [""]
    first = _SMALLER.sub("", name)
    names = [_SCALED.sub("", first), first, name]
    return [(*folders, each) for each in dict.fromkeys(names) if each]


def name_of(address: str) -> str:
    """Return what the file at an address is called; its host, where it has no name."""
    parts = parts_of(address)
    if parts is None or address[:5].lower() == "data:":
        return ""
    name = unquote(parts.path.rstrip("/").rpartition("/")[2]).replace("+", " ")
    if name.rpartition(".")[2].lower() in ENDINGS:
        return name
    return parts.hostname or ""


def _is_shape(query: str) -> bool:
    return {name for name, _value in parse_qsl(query, keep_blank_values=True)} <= _SHAPE


def _in_set(written: str) -> list[str]:
    """Return the addresses of a `srcset`, the one for the largest screen first."""
    words = _END_IN_SET.sub(", ", written).split(maxsplit=2 * _MOST_IN_SET)
    sizes = [
        (int(found[1]), address.strip(","))
        for address, size in pairwise(words)
        if (found := _IN_SET.fullmatch(size))
    ]
    return [address for _size, address in sorted(sizes, key=lambda pair: -pair[0])]


def _beside(page: str, address: str) -> str:
    try:
        return urljoin(page, address)
    except ValueError:
        return ""


def _is_google(host: str | None) -> bool:
    return bool(_GOOGLE.fullmatch(host or ""))


def _unsized(path: str, size: str = "") -> str:
    """Return a path with another size in place of its own, or without any."""
    front, _equals, last = path.rpartition("=")
    if front and _SIZE.fullmatch(last):
        return f"{front}={size}" if size else front
    folders = path.split("/")
    if len(folders) > 2 and _SIZE.fullmatch(folders[-2]):
        folders[-2:-1] = [size] if size else []
    return "/".join(folders)
