"""No regular expression of ours takes more than its share: four times the text, not much more than
four times the work.

All of the program's are found in its source, and tried in texts made of what they themselves look
for.
"""

import ast
import importlib
import re
import time
from collections import defaultdict
from functools import cache
from itertools import product
from pathlib import Path

import pytest

import pnpm
from tests.conftest import TOP

try:
    from re import _constants as kinds
    from re import _parser as parser
except ImportError:  # Python before 3.11
    import sre_constants as kinds
    import sre_parse as parser

USES = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
SHORT, LONG = 1_000, 8_000  # characters
TIMES = LONG // SHORT
NOISE = 0.005  # seconds: a square of so many characters takes many times as long
FLAGS = {
    "IGNORECASE": re.I,
    "DOTALL": re.S,
    "MULTILINE": re.M,
    "VERBOSE": re.X,
    "I": re.I,
    "S": re.S,
    "M": re.M,
    "X": re.X,
}
OTHERS = [
    " ",
    "\n",
    "a",
    "0",
    "-",
    ".",
    "@",
    "<",
    ">",
    "<p ",
    "&",
    '"',
    "'",
    "=",
    "/",
    "\\",
    "*",
    "(",
    "ä",
    "\u0301",
    "x-",
    'a="',
    "\0",
]


def pytest_generate_tests(metafunc):
    if "pattern" in metafunc.fixturenames:
        found = patterns()
        metafunc.parametrize(("pattern", "uses"), list(found.values()), ids=list(found))


@cache
def patterns():
    """Every regular expression of the program, and how it is used, by where it stands."""
    found, used = {}, uses_of_names()
    for path in sorted(Path(pnpm.__file__).parent.rglob("*.py")):
        where = str(path.relative_to(TOP))
        if "migrations" in path.parts:
            continue
        names = vars(
            importlib.import_module(
                where.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            )
        )
        found |= {
            f"{where}:{name}": (
                one,
                used.get((path.stem, name.partition(".")[0])) or used[path.stem, None],
            )
            for name, one in compiled(names)
        }
        for call in calls(path):
            one, use = written(call, names), call.func.attr
            if one is not None and (
                use != "compile" or all(one is not other for other, _use in found.values())
            ):
                found[f"{where}:{call.lineno}"] = one, {"finditer" if use == "compile" else use}
    return found


def uses_of_names():
    """How the compiled ones are used, by module and name, and by module whatever else is used:
    members of a table.
    """
    found = defaultdict(set)
    for path in Path(pnpm.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in USES:
                name = getattr(node.value, "id", getattr(node.value, "attr", None))
                module = getattr(getattr(node.value, "value", None), "id", path.stem)
                found[module, name].add(node.attr)
                if name != "re":
                    found[path.stem, None].add(node.attr)
    return found


def compiled(names):
    """The compiled ones among the values of a module, also where they stand in a table."""
    for name, value in names.items():
        values = (
            value.values()
            if isinstance(value, dict)
            else value
            if isinstance(value, (list, tuple))
            else [value]
        )
        for number, one in enumerate(values):
            for part in one if isinstance(one, tuple) else [one]:
                if isinstance(part, re.Pattern):
                    yield f"{name}.{number}", part


def calls(path):
    """Where a module calls `re` with a pattern."""
    for node in ast.walk(ast.parse(path.read_text())):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if (
            is_call
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in USES
        ):
            yield node


def written(call, names):
    """The pattern of such a call, if it can be known without running what is around it; `{…}` of a
    local name is a letter.
    """
    given = call.args[0]
    try:
        source = eval(compile(ast.Expression(given), "pattern", "eval"), dict(names))
    except NameError:
        if not isinstance(given, ast.JoinedStr):
            return None
        parts = [part.value if isinstance(part, ast.Constant) else "a" for part in given.values]
        source = "".join(parts)
    if isinstance(source, re.Pattern):
        return source
    flags = 0
    for node in ast.walk(
        ast.Module(
            [
                ast.Expr(value)
                for value in (*call.args[1:], *(word.value for word in call.keywords))
            ],
            [],
        )
    ):
        if isinstance(node, ast.Attribute) and node.attr in FLAGS:
            flags |= FLAGS[node.attr]
    return re.compile(source, flags)


def letters_of(pattern):
    """Some texts that parts of a pattern match: its literals, a member of each set, words made of
    neighbours.
    """
    found, source = (
        [],
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1"),
    )
    for word in walk(
        parser.parse(
            source,
            pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags,
        )
    ):
        if word and word not in found:
            found.append(word)
    return found[:14]


def walk(parsed):
    """What each part would match, as texts; runs of literals as a whole."""
    run = ""
    for kind, value in parsed:
        if kind is kinds.LITERAL:
            run += chr(value)
            continue
        if run:
            yield run
        run = ""
        yield from inside(kind, value)
    if run:
        yield run


def inside(kind, value):
    if kind is kinds.IN:
        yield from member(value)
    elif kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        yield from walk(value[2])
    elif kind is kinds.SUBPATTERN:
        yield from walk(value[3])
    elif kind is kinds.ATOMIC_GROUP:
        yield from walk(value)
    elif kind is kinds.BRANCH:
        for branch in value[1]:
            yield from walk(branch)
    elif kind in (kinds.ASSERT, kinds.ASSERT_NOT):
        yield from walk(value[1])
    elif kind is kinds.NOT_LITERAL:
        yield "b" if chr(value) != "b" else "c"


def member(values):
    if values[0][0] is kinds.NEGATE:
        return
    for kind, value in values[:3]:
        if kind is kinds.LITERAL:
            yield chr(value)
        elif kind is kinds.RANGE:
            yield chr(value[0])


def hostile(pattern):
    """Texts that lead a pattern astray: its own parts over and over, alone, in pairs, behind its
    beginning, without its end.
    """
    own = letters_of(pattern)
    units = [*own, *OTHERS, *(a + b for a, b in product(own[:7], repeat=2) if a != b)]
    units += ["".join(own), *(f"{a}{b}" for a in own[:5] for b in (" ", "a", "\n"))]
    for unit in filter(None, dict.fromkeys(units)):
        yield unit, ""
        if own:
            yield unit, own[0]


def text_of(unit, head, length, pattern):
    """A text of that length, ended by what nothing expects."""
    text = head + unit * (length // len(unit)) + "\x01"
    return text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")


def took(pattern, uses, text):
    """What it takes to look at a text as the program does, in seconds of the processor; the least
    of three where it is much.
    """
    times = []
    while len(times) < (3 if times and NOISE < times[0] < 10 * NOISE else 1):
        begun = time.process_time()
        for use in uses & {"match", "fullmatch", "search"}:
            getattr(pattern, use)(text)
        if uses - {"match", "fullmatch", "search"}:
            pattern.sub("" if isinstance(text, str) else b"", text)
        times.append(time.process_time() - begun)
    return min(times)


def grows_too_fast(pattern, uses):
    """The first text whose length costs more than its share; a line costs eight times for eight
    times the text, a square 64.
    """
    for unit, head in hostile(pattern):
        for _again in range(3):  # a busy machine is not believed the first time
            long = took(pattern, uses, text_of(unit, head, LONG, pattern))
            if long < NOISE:
                break
            short = took(pattern, uses, text_of(unit, head, SHORT, pattern))
            if long < short * TIMES * 2.5:
                break
        else:
            return head, unit, short, long
    return None


def test_they_are_found():
    assert len(patterns()) > 80


@pytest.mark.parametrize(
    "bad",
    [r"[^@\s]+@[^@\s]+\.[^@\s]+", r"a.*b", r"\s+$", r"<p[^>]*>", r"\w+x", r"\n\s*\n\S"],
)
def test_one_that_is_worse_than_linear_would_be_seen(bad):
    assert grows_too_fast(re.compile(bad), {"search", "fullmatch"}), bad


def test_none_grows_faster_than_the_text(pattern, uses):
    assert grows_too_fast(pattern, uses) is None
