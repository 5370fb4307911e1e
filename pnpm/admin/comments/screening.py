"""What stands between a reader's comment and the page at present, in words for officers."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from pnpm.comments.rules import Rules
from pnpm.comments.spam.blocklists import KINDS
from pnpm.comments.spam.heuristics import MOST_LINKS
from pnpm.comments.trust import Trusted
from pnpm.config import Config
from pnpm.db import now

from .. import labels

VERDICTS = {"hold": _("Ditahan"), "refuse": _("Ditolak")}
MINUTE = 60  # seconds


class Listed(NamedTuple):
    """What becomes of whatever a list has, and how much it has of each kind, in words."""

    name: LazyString
    counts: list[str]


def held(rules: Rules, config: Config) -> list[str]:
    """Return what a new comment waits for at present, one sentence each, the strongest first."""
    policy = rules.policy
    moderation = policy.moderation or config.moderation
    if policy.emergency:
        return [gettext("Semua, juga dari yang dipercaya: keadaan darurat.")]
    if moderation == "all":
        return [gettext("Semua, kecuali dari penulis yang dipercaya.")]
    found = []
    if moderation != "off":
        found += _doubted(rules, config)
    if any(rules.texts.get(f"hold_{kind}") for kind in KINDS):
        found.append(gettext("Yang memuat sesuatu dari daftar di bawah ini."))
    if limit := config.comment_limit:
        minutes = -(-limit.seconds // MINUTE)
        found.append(
            ngettext(
                "Lebih dari %(most)s komentar dari satu jaringan dalam satu menit.",
                "Lebih dari %(most)s komentar dari satu jaringan dalam %(num)s menit.",
                minutes,
                most=limit.count,
            )
        )
    found.append(gettext("Balasan untuk komentar yang tidak tampil lagi."))
    return found


def _doubted(rules, config):
    """Return what is held while the site holds what is suspicious."""
    strength = labels.STRENGTHS[rules.strength()]
    found = [
        gettext("Yang mirip iklan. Kekuatan penyaring spam: %(strength)s.", strength=strength),
        gettext("Yang memuat lebih dari %(most)s tautan.", most=MOST_LINKS),
        gettext("Yang mengisi kolom yang tidak terlihat orang: biasanya mesin."),
    ]
    if seconds := config.comment_min_seconds:
        found.append(
            ngettext(
                "Yang terkirim kurang dari %(num)s detik sesudah formulirnya dibuka.",
                "Yang terkirim kurang dari %(num)s detik sesudah formulirnya dibuka.",
                seconds,
            )
        )
    return found


def listed(texts: Mapping[str, str]) -> list[Listed]:
    """Return how many lines the lists have, by what becomes of a comment that has one."""
    return [
        Listed(name, [words for kind in KINDS if (words := _counted(kind, texts, verdict))])
        for verdict, name in VERDICTS.items()
    ]


def _counted(kind, texts, verdict):
    """Return `3 kata`, or nothing for an empty list."""
    count = sum(bool(line.strip()) for line in texts.get(f"{verdict}_{kind}", "").split("\n"))
    if not count:
        return ""
    if kind == "words":
        return ngettext("%(num)s kata", "%(num)s kata", count)
    if kind == "domains":
        return ngettext("%(num)s domain", "%(num)s domain", count)
    if kind == "names":
        return ngettext("%(num)s nama", "%(num)s nama", count)
    return ngettext("%(num)s alamat", "%(num)s alamat", count)


def trusted(authors: Sequence[Trusted]) -> list[Trusted]:
    """Return those who are trusted today, in the order of their names."""
    moment = now()
    in_force = [each for each in authors if each.until is None or moment < each.until]
    return sorted(in_force, key=lambda each: each.name.casefold())
