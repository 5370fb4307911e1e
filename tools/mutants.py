"""Puts 60 faults into the code, one at a time, and says which the tests catch: coverage tells that
tests enter a line, not that one of them would notice if it were wrong.

`python -m tools.mutants` tries all of them, `python -m tools.mutants 7 12` these two, and `--list`
says what they are. It works in a copy of the tracked files, as they are in the checkout, and never
in the checkout itself.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from time import monotonic
from typing import NamedTuple

TOP = Path(__file__).resolve().parent.parent
LONGEST_WORDS = 60  # letters
SECONDS = 300  # for the tests of one fault: whoever waits longer has noticed
PASSED, FAILED = 0, 1  # pytest's exit codes; the others say that it did not get to the tests
CAUGHT, MISSED = "caught", "NOT CAUGHT"
FAILING = "FAILS ANYWAY"  # tests that would tell the same without the fault


class Fault(NamedTuple):
    """A fault such as people make: `line`, which stands in `file` exactly once, becomes `fault`.
    The `tests` (files or folders) ought to notice; `what` is the fault in words.
    """

    file: str
    line: str
    fault: str
    tests: tuple[str, ...]
    what: str


class Outcome(NamedTuple):
    """What became of a fault: its number, and what its tests said after so many seconds."""

    number: int
    fault: Fault
    word: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.number:2}  {self.word:12}  {self.seconds:5.1f} s  {self.fault.what}"


FAULTS = (
    # accounts/
    Fault(
        "pnpm/accounts/models.py",
        "query.where(SignIn.token == _token(key), SignIn.seen_at > now() - IDLE)",
        "query.where(SignIn.token == _token(key))",
        ("tests/accounts/test_sign_in.py",),
        "a session that was unseen for weeks is still open",
    ),
    Fault(
        "pnpm/accounts/two_factor.py",
        "for step in right if step > after",
        "for step in right if step >= after",
        ("tests/accounts/test_two_factor.py",),
        "the same code of a telephone is taken twice",
    ),
    Fault(
        "pnpm/accounts/setup_code.py",
        "return bool(wanted) and hmac.compare_digest(",
        "return hmac.compare_digest(",
        ("tests/admin/test_setup.py",),
        "where there is no setup code, an empty one is right",
    ),
    Fault(
        "pnpm/accounts/throttling.py",
        "if over < 0 or last is None:",
        "if over <= 0 or last is None:",
        ("tests/accounts/test_throttling.py",),
        "one wrong password more is free",
    ),
    # admin/
    Fault(
        "pnpm/admin/comments/views.py",
        '@admin_comments.post("/<int(max=2147483647):number>/removal")\n',
        '@admin_comments.post("/<int(max=2147483647):number>/removal")\n'
        "@auth.open_to(auth.OFFICERS)\n",
        ("tests/admin/test_roles.py",),
        "a moderator may remove comments for ever",
    ),
    Fault(
        "pnpm/admin/audit.py",
        "    if not {subject for subject, _number in things} <= {*SUBJECTS[auth.signed_in().role]}:\n"
        "        abort(403)\n",
        "",
        ("tests/admin/test_audit.py",),
        "a moderator may undo what was done to articles",
    ),
    Fault(
        "pnpm/admin/comments/views.py",
        "moderation.move([number], form.chosen, change_set, form.known)",
        "moderation.move([number], form.chosen, change_set)",
        ("tests/admin/test_comments.py",),
        "a tap overwrites what another moderator just decided",
    ),
    Fault(
        "pnpm/admin/audit.py",
        '@log.post("/log/<change_set>/undo")',
        '@log.route("/log/<change_set>/undo", methods=["GET", "POST"])',
        ("tests/admin/test_roles.py",),
        "an undo is taken by GET",
    ),
    Fault(
        "pnpm/admin/accounts/throttling.py",
        'secure=secure, httponly=True, samesite="Lax"',
        'secure=secure, samesite="Lax"',
        ("tests/admin/test_login.py",),
        "the cookie of a known browser has no HttpOnly",
    ),
    Fault(
        "pnpm/admin/accounts/login_flow.py",
        'is_fit and "\\\\" not in path and ".." not in path.split("/")',
        'is_fit and "\\\\" not in path',
        ("tests/accounts/test_login.py",),
        "the way on from the sign-in leads out of the office",
    ),
    Fault(
        "pnpm/admin/accounts/login_flow.py",
        "user.second_factor and hmac.compare_digest(proof, _proof(user))",
        "user.second_factor",
        ("tests/admin/test_code.py",),
        "half a sign-in outlives the password it began with",
    ),
    # articles/
    Fault(
        "pnpm/articles/actions.py",
        "    if edition not in (None, began) and not _is_so(article, before, changes):\n"
        "        raise Conflict\n",
        "",
        ("tests/articles/test_actions.py", "tests/articles/test_saving_at_once.py"),
        "the second of two writers overwrites the first",
    ),
    Fault(
        "pnpm/articles/actions.py",
        "    article.touch()\n    Setting.touch()\n",
        "    article.touch()\n",
        ("tests/public/test_publishing.py",),
        "the front page is not told of a saved article",
    ),
    Fault(
        "pnpm/articles/models.py",
        "        | exists().where("
        "Redirect.slug == slug, Redirect.article_id.is_distinct_from(article_id))\n",
        "",
        ("tests/articles/test_actions.py",),
        "an article takes an address that another one had",
    ),
    Fault(
        "pnpm/articles/models.py",
        "days = site_days if article.close_after is None else article.close_after",
        "days = article.close_after or site_days",
        ("tests/comments/test_submission.py",),
        "an article that never closes closes after the site's days",
    ),
    Fault(
        "pnpm/articles/models.py",
        '    Article.published_at <= bindparam("moment", callable_=lambda: now(), type_=Moment),\n',
        "",
        ("tests/public/test_publishing.py",),
        "an article is seen before its moment has come",
    ),
    # audit/
    Fault(
        "pnpm/audit/chain.py",
        '"subject", "number", "before", "after"',
        '"subject", "number", "after"',
        ("tests/audit/test_models.py",),
        "the log's chain does not hold what was before",
    ),
    Fault(
        "pnpm/audit/models.py",
        "if name in now and now[name] == entry.after[name]",
        "if name in now",
        ("tests/audit/test_undo.py",),
        "an undo overwrites what somebody else changed since",
    ),
    Fault(
        "pnpm/audit/models.py",
        "query.where(AuditEntry.subject.in_(subjects))",
        "query",
        ("tests/admin/test_audit.py",),
        "a moderator reads the log of everything",
    ),
    # backup/
    Fault(
        "pnpm/backup/writer.py",
        "        with opened(made, path.parent) as archive:\n"
        "            archive.check(pool_too=False)\n",
        "",
        ("tests/backup/test_export.py",),
        "a backup is not read back",
    ),
    Fault(
        "pnpm/backup/retention.py",
        "kept = {*days[:DAYS],",
        "kept = {*days[: DAYS - 1],",
        ("tests/backup/test_daily.py",),
        "the backups of one day less are kept",
    ),
    Fault(
        "pnpm/backup/restore.py",
        "            render_again(engine, translate)\n",
        "",
        ("tests/backup/test_restore.py",),
        "a restore believes the archive's HTML",
    ),
    Fault(
        "pnpm/backup/reader.py",
        "        self._check_names(self._members.keys() - {DATABASE, POOLED, *SECRETS})\n",
        "",
        ("tests/backup/test_restore.py",),
        "a file of an archive may be called ../../wsgi.py",
    ),
    Fault(
        "pnpm/backup/tables.py",
        "    connection.execute(delete(SignIn))\n",
        "",
        ("tests/backup/test_restore.py",),
        "sessions that had ended are open after a restore",
    ),
    Fault(
        "pnpm/backup/daily.py",
        "abs(moment - failed.moment) < AGAIN",
        "abs(moment - failed.moment) > AGAIN",
        ("tests/backup/test_daily.py",),
        "a backup that failed is tried again with each form",
    ),
    # bootstrap/
    Fault(
        "pnpm/bootstrap/page_store.py",
        'if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING") not in SAME:',
        'if environ["REQUEST_METHOD"] != "GET":',
        ("tests/bootstrap/test_page_store.py",),
        "a kept page is the answer to whatever is asked of it",
    ),
    Fault(
        "pnpm/bootstrap/page_store.py",
        'page["made"] <= time.time() < page["until"]',
        'page["made"] <= time.time()',
        ("tests/bootstrap/test_page_store.py",),
        "a kept page is good for ever",
    ),
    # cli/
    Fault(
        "pnpm/cli/users.py",
        "_tell(added, None if is_given else password)",
        "_tell(added, password)",
        ("tests/cli/test_users.py",),
        "a password that somebody gave is printed",
    ),
    Fault(
        "pnpm/cli/backup.py",
        'current_app.config["PNPM"], _zone(), WHO, replace, _in_sites_language',
        'current_app.config["PNPM"], _zone(), WHO, True, _in_sites_language',
        ("tests/cli/test_safekeeping.py",),
        "flask restore replaces a site without --replace",
    ),
    # comments/
    Fault(
        "pnpm/comments/submission.py",
        "if article.status is not ArticleStatus.PUBLISHED or not takes_comments(",
        "if not takes_comments(",
        ("tests/comments/test_submission.py",),
        "an article that was just taken back takes a comment",
    ),
    Fault(
        "pnpm/comments/submission.py",
        '"nonce", submission.nonce, *content',
        '"nonce", *content',
        ("tests/comments/test_submission.py", "tests/public/test_comments.py"),
        "of two readers who write the same, one is lost",
    ),
    Fault(
        "pnpm/comments/submission.py",
        "len(recent) >= limit.count and not verdict.is_trusted",
        "len(recent) > limit.count and not verdict.is_trusted",
        ("tests/comments/test_submission.py", "tests/public/test_comments.py"),
        "one comment more than the limit is not held",
    ),
    Fault(
        "pnpm/comments/moderation.py",
        "query = select(Comment.id).where(Comment.status == Status(after))",
        "query = select(Comment.id)",
        ("tests/comments/test_moderation.py",),
        "an undo moves what another moderator moved since",
    ),
    Fault(
        "pnpm/comments/moderation.py",
        'typed = dict.fromkeys(STORED, "") |',
        "typed = {name: getattr(comment, name) for name in STORED} |",
        ("tests/comments/test_moderation.py",),
        "the office's answer has the reader's e-mail address",
    ),
    Fault(
        "pnpm/comments/thread.py",
        "else Comment.parent_id == numbers[0],\n        Comment.status == Status.PUBLISHED,\n",
        "else Comment.parent_id == numbers[0],\n",
        ("tests/comments/test_thread.py",),
        "an answer that was deleted is still read",
    ),
    Fault(
        "pnpm/comments/queue.py",
        "query.limit(MOST_AT_ONCE)",
        "query",
        ("tests/admin/test_comments.py",),
        "one tap moves as many comments as there are",
    ),
    Fault(
        "pnpm/comments/spam/heuristics.py",
        "links > MOST_LINKS",
        "links >= MOST_LINKS",
        ("tests/comments/spam/test_rules.py",),
        "a comment with two links waits",
    ),
    # db/
    Fault(
        "pnpm/db/__init__.py",
        'db.session.connection(execution_options={"writes": True})',
        "db.session.connection()",
        ("tests/db/test_database.py", "tests/db/test_concurrency.py"),
        "a writer begins without the lock",
    ),
    Fault(
        "pnpm/db/sqlite.py",
        '        connection.execute("PRAGMA foreign_keys=ON")\n',
        "",
        ("tests/db/test_database.py",),
        "SQLite keeps a comment under no article",
    ),
    Fault(
        "pnpm/db/search.py",
        're.sub(r"[%_/]"',
        're.sub(r"[%/]"',
        ("tests/db/test_search.py",),
        "an underscore finds any letter",
    ),
    # diagnostics/
    Fault(
        "pnpm/diagnostics/results.py",
        "        if finding.is_last:\n            return\n",
        "",
        ("tests/diagnostics/test_results.py",),
        "flask doctor goes on where nothing can be checked",
    ),
    Fault(
        "pnpm/diagnostics/probe/client.py",
        '            if self.scheme == "https" or not each["secure"]\n',
        "",
        ("tests/diagnostics/probe/test_client.py",),
        "flask doctor sends a Secure cookie over plain http",
    ),
    # markup/
    Fault(
        "pnpm/markup/sanitizer.py",
        'return html.escape(source).replace("\\n", "<br>")',
        'return source.replace("\\n", "<br>")',
        ("tests/backup/test_restore.py",),
        "what cannot be rendered goes out as it was typed",
    ),
    Fault(
        "pnpm/markup/urls.py",
        ' and "@" not in parts.netloc',
        "",
        ("tests/markup/test_urls.py",),
        "a link hides where it leads behind a user's name",
    ),
    Fault(
        "pnpm/markup/urls.py",
        "(?![a-z][a-z0-9+.-]*:|//)",
        "(?![a-z][a-z0-9+.-]*:)",
        ("tests/markup/test_sanitizer.py",),
        "//elsewhere.example counts as an address of this site",
    ),
    # media/
    Fault(
        "pnpm/media/queries.py",
        "    return found is not None and (\n"
        "        found.deleted_at is None or found.is_used or key in masthead_pictures()\n"
        "    )\n",
        "    return found is not None\n",
        ("tests/public/test_media.py",),
        "a picture that was deleted is still given out",
    ),
    Fault(
        "pnpm/media/decoding.py",
        "return Image.frombytes(bare.mode, bare.size, bare.tobytes())",
        "return bare",
        ("tests/media/test_processing.py",),
        "a photograph goes out with what the camera wrote in it",
    ),
    # public/
    Fault(
        "pnpm/public/articles.py",
        "comment.is_waiting and comment.article_id == article_id",
        "comment.is_waiting",
        ("tests/public/test_comments.py",),
        "a comment waits under every article",
    ),
    Fault(
        "pnpm/public/comments.py",
        '{"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}',
        '{"X-Robots-Tag": "noindex"}',
        ("tests/public/test_comments.py",),
        "the page of a waiting comment may be kept by caches",
    ),
    Fault(
        "pnpm/public/media.py",
        "default-src 'none'; sandbox",
        "default-src 'none'",
        ("tests/public/test_media.py",),
        "a picture opened by itself is in no sandbox",
    ),
    # templates/
    Fault(
        "templates/comments/_comment.html",
        ' rel="nofollow ugc noopener"',
        "",
        ("tests/public/test_comments.py",),
        "search engines follow readers' links",
    ),
    Fault(
        "templates/comments/_form.html",
        'name="nonce" value="{{ form.nonce }}"',
        'name="nonce" value=""',
        ("tests/public/test_comments.py",),
        "a form that was refused forgets its nonce",
    ),
    Fault(
        "templates/admin/comments/_row.html",
        '<input type="hidden" name="seen" value="{{ comment.status.value }}">\n',
        "",
        ("tests/admin/test_comments.py",),
        "a button does not say which status its officer saw",
    ),
    # web/
    Fault(
        "pnpm/web/csrf.py",
        "article_id != str(self.article_id)",
        "not article_id",
        ("tests/public/test_comments.py",),
        "the token of one article is good for every other",
    ),
    Fault(
        "pnpm/web/auth.py",
        '"roles", ADMINS)',
        '"roles", OFFICERS)',
        ("tests/web/test_auth.py",),
        "a view that names nobody is open to moderators",
    ),
    Fault(
        "pnpm/web/auth.py",
        "return request.is_secure",
        "return False",
        ("tests/web/test_security.py",),
        "the session's cookie has no Secure",
    ),
    Fault(
        "pnpm/web/security.py",
        'site not in ("same-origin", "none")',
        'site not in ("same-origin", "same-site", "none")',
        ("tests/public/test_comments.py",),
        "a form of a neighbouring domain is taken",
    ),
    Fault(
        "pnpm/web/rerender.py",
        "comment is None or comment.body != body or",
        "comment is None or",
        ("tests/comments/test_rerender.py",),
        "the HTML of an old text is kept beside the new one",
    ),
    # what has no room of its own
    Fault(
        "pnpm/client_address.py",
        "parse(hops[-proxies])",
        "parse(hops[0])",
        ("tests/test_client_address.py",),
        "readers say themselves which address they have",
    ),
    Fault(
        "pnpm/files.py",
        "fcntl.LOCK_EX | fcntl.LOCK_NB",
        "fcntl.LOCK_SH | fcntl.LOCK_NB",
        ("tests/backup/test_daily.py",),
        "two processes are at one backup",
    ),
)


def main() -> int:
    """Try the faults that are asked for: 0 if all were caught, 1 if one was not, 2 if the list
    does not fit the code any more.
    """
    asked = _arguments()
    numbered = {number: FAULTS[number - 1] for number in asked.numbers or _numbers()}
    if asked.list:
        for number, fault in numbered.items():
            print(f"{number:2}  {fault.file}: {fault.what}")
        return 0
    if wrong := [words for number, fault in _numbered() for words in unfit(number, fault)]:
        print(*wrong, sep="\n", file=sys.stderr)
        return 2
    # An end from outside is an exception, too: nothing is left behind.
    for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, lambda number, _frame: sys.exit(128 + number))
    outcomes, began = [], monotonic()
    with copied() as place:
        for number, fault in numbered.items():
            outcomes.append(tried(place, number, fault))
            print(outcomes[-1], flush=True)
    print("", *table(outcomes, monotonic() - began), sep="\n")
    return 0 if all(outcome.word == CAUGHT for outcome in outcomes) else 1


def unfit(number: int, fault: Fault) -> Iterator[str]:
    """What is wrong with an entry of the list: the code has moved on, or it never did."""
    place = TOP / fault.file
    found = place.read_text().count(fault.line) if place.is_file() else 0
    if found != 1:
        yield f"{number}: {fault.file} has this {found} times, not once: {fault.line!r}"
    for test in fault.tests:
        if not (TOP / test).exists():
            yield f"{number}: there is no {test}"
    if len(fault.what) >= LONGEST_WORDS:
        yield f"{number}: too many words: {fault.what}"


@contextmanager
def copied() -> Iterator[Path]:
    """A folder with the tracked files as they are in the checkout, for the block."""
    listed = subprocess.run(  # noqa: S603
        ["git", "-C", TOP, "ls-files", "-z"],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    )
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        place = Path(folder, "code")
        for name in filter(None, listed.stdout.split("\0")):
            if (TOP / name).is_file():  # or it was just taken away
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(TOP / name, place / name)
        (place / ".venv").symlink_to(TOP / ".venv")
        yield place


def tried(place: Path, number: int, fault: Fault) -> Outcome:
    """Whether the tests notice a fault in that copy, which is as it was before afterwards."""
    began = monotonic()
    if not passes(place, fault.tests):
        return Outcome(number, fault, FAILING, monotonic() - began)
    began = monotonic()
    with put(place, fault):
        code = tested(place, fault.tests)
    word = {PASSED: MISSED, FAILED: CAUGHT, None: CAUGHT}.get(code, f"pytest: {code}")
    return Outcome(number, fault, word, monotonic() - began)


@cache
def passes(place: Path, tests: tuple[str, ...]) -> bool:
    """Whether these tests pass where there is no fault; asked once of each."""
    return tested(place, tests) == PASSED


@contextmanager
def put(place: Path, fault: Fault) -> Iterator[None]:
    """The fault in its file for the block."""
    path = place / fault.file
    whole = path.read_text()
    try:
        _write(path, whole.replace(fault.line, fault.fault))
        yield
    finally:
        _write(path, whole)


def tested(place: Path, tests: tuple[str, ...]) -> int | None:
    """The exit code of pytest with these tests in that copy, up to the first that fails; None if it
    takes too long.
    """
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:randomly", *tests]
    rest = place.parent / "tmp"  # what the tests leave goes with the copy
    rest.mkdir(exist_ok=True)
    given = os.environ | {"TEST_ENGINE": "sqlite", "TMPDIR": str(rest)}
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=place,
        env=given,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as pytest:
        try:
            return pytest.wait(SECONDS)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if pytest.poll() is None:  # with all that it has started
                os.killpg(pytest.pid, signal.SIGKILL)


def table(outcomes: Sequence[Outcome], seconds: float) -> Iterator[str]:
    """The lines of what became of them, in Markdown, and how many were caught in how long."""
    yield "| | file | fault | tests | |"
    yield "|--:|---|---|---|---|"
    for number, fault, word, _seconds in outcomes:
        tests = ", ".join(test.removeprefix("tests/") for test in fault.tests)
        file = fault.file.removeprefix("pnpm/")
        yield f"| {number} | `{file}` | {fault.what} | `{tests}` | {word} |"
    caught = sum(outcome.word == CAUGHT for outcome in outcomes)
    yield ""
    yield f"{caught} of {len(outcomes)} caught, in {seconds / 60:.0f} minutes."


def _numbered():
    return enumerate(FAULTS, 1)


def _numbers():
    return range(1, len(FAULTS) + 1)


def _arguments():
    parser = ArgumentParser(prog="python -m tools.mutants", description=__doc__.partition(":")[0])
    parser.add_argument("numbers", nargs="*", type=int, metavar="NUMBER", help="of these faults")
    parser.add_argument("--list", action="store_true", help="only say what the faults are")
    asked = parser.parse_args()
    if unknown := [number for number in asked.numbers if number not in _numbers()]:
        parser.error(f"there is no fault {unknown[0]}")
    return asked


def _write(path, text):
    """A file of another text; what Python compiled of the last one may be as long and of the same
    second, and would be taken for it.
    """
    path.write_text(text)
    if path.suffix == ".py":
        Path(cache_from_source(str(path))).unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
