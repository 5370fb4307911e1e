"""What stood in a form's fields when it was given out: two officers change different fields, and neither undoes the other's."""

import hashlib
import json

LONGEST = 2000  # characters of the hidden field: it names each of a form's fields once
LENGTH = 12  # hex digits: nobody gains by two values that look alike here


def spelled(values: dict) -> str:
    """What a hidden field says of these values."""
    return json.dumps({name: _digest(value) for name, value in values.items()})


def parted(typed: dict, now: dict, given: str) -> tuple[dict, list[str]]:
    """Of what was typed, what to change; and the names of the fields that somebody else changed meanwhile, too.

    `now` is what stands, `given` what the hidden field says: a field that it does not name counts as unchanged by others.
    """
    began = _read(given)
    changes, clashes = {}, []
    for name in (name for name in typed if typed[name] != now[name]):
        before = began.get(name, _digest(now[name]))
        if _digest(typed[name]) != before:
            changes[name] = typed[name]
            clashes += [name] if _digest(now[name]) != before else []
    return changes, clashes


def renewed(given: str, now: dict, names: list[str]) -> str:
    """What the hidden field says once the writer was told what stands in these fields now."""
    return json.dumps(_read(given) | {name: _digest(now[name]) for name in names})


def _digest(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:LENGTH]


def _read(given):
    try:
        found = json.loads(given or "")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
