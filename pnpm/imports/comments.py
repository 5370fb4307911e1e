"""What becomes of archived comments: where each belongs, what readers would see of it, and whether
they are to see it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from pnpm.articles.models import Article
from pnpm.articles.models import Status as ArticleStatus
from pnpm.comments.models import NAME_LENGTH, WEBSITE_LENGTH, Comment, Status, Submission
from pnpm.comments.rules import Rules
from pnpm.comments.spam import HoldReason, knowledge
from pnpm.comments.submission import judged
from pnpm.db import db
from pnpm.db.types import AnyRow
from pnpm.markup.characters import is_blank, lines, one_line
from pnpm.markup.sanitizer import comment_html, plain
from pnpm.markup.urls import is_mailbox, is_web

from .articles import NO_ARTICLE, UNDER_PAGE
from .html import comment_source
from .models import Kind
from .records import ArchivedComment, ArchivedStatus
from .report import DROPPED, HELD, MERGED, TAKEN, Report
from .source import Source, hash_of, items
from .staging import Staged

LONGEST = 60_000  # characters of a text: what is longer is cut
NOTHING_TO_SEE = "there is nothing to see in it"
DELETED_THERE = "it was deleted there"
DELETED_HERE = "it was deleted here"
CHANGED_HERE = "it was changed here since, and stays so"
SIGNED_OTHERWISE = "its author is called otherwise there by now: what was signed here stays so"
ERASED_HERE = "its author had their comments erased here"
WAITED_THERE = "it waited there, too"
SPAM_THERE = "it was spam there"
CUT = f"cut to {LONGEST:,} characters"
_C = Comment.__table__.c


@dataclass(frozen=True)
class Decision:
    """What becomes of an archived comment: how it is counted, why, under which article, with which
    text and status (None: nothing is written), and what the filter and the lists said of it.
    """

    staged: Staged
    digest: str
    outcome: str
    why: str = ""
    item: AnyRow | None = None
    article_id: int = 0
    text: Submission | None = None
    status: Status = Status.PUBLISHED
    reasons: tuple[str, ...] = ()
    verdict: Mapping[str, Any] = field(default_factory=dict)
    elements: Counter[str] = field(default_factory=Counter)
    is_orphan: bool = False

    @property
    def record(self) -> ArchivedComment:
        """The comment as the archive has it."""
        return self.staged.record

    def count(self, source: Source, report: Report) -> None:
        """Count it, and what was left out of its text. It is named by its moment and its article:
        the report is stored, and is nobody's personal data.
        """
        record = self.record
        title = record.article_address or record.article_title
        if record.article:
            title = source.staging.title_of(record.article)
        moment = record.created_at.astimezone(source.given.zone)
        what = [f"{moment:%Y-%m-%d %H:%M}", title]
        report.add("comments", self.outcome, ", ".join(filter(None, what)), self.why)
        report.elements.update(self.elements)


@dataclass(frozen=True)
class Judges:
    """What judges comments during an import: the office's rules, what the spam filter knows, and
    how comments of their authors were erased here, if they were.
    """

    rules: Rules
    known: knowledge.Knowledge
    erasure_of: Callable[[ArchivedComment], str]

    @staticmethod
    def of(source: Source) -> "Judges":
        """Return them as they are now."""
        from pnpm.privacy import registry

        connection = db.session.connection()
        erased, key = registry.addresses(connection), source.key

        def erasure_of(record: ArchivedComment) -> str:
            return registry.erasure_of(erased, key, record.email.strip(), record.created_at)

        return Judges(Rules.now(), knowledge.of(connection), erasure_of)


def decide(
    source: Source, judges: Judges, rows: Sequence[Staged], run_id: int | None
) -> list[Decision]:
    """Return what becomes of these comments; nothing is written and nothing locked. `run_id` is the
    import that asks (None: a dry run, in which articles of the archive count as imported).
    """
    connection = db.session.connection()
    judges.known.refresh(connection)
    digests = [source.digest(Kind.COMMENT, row.record.key) for row in rows]
    known = items(connection, digests)
    here = _here(connection, [item.number for item in known.values()])
    articles = _articles(source, connection, {row.thread for row in rows}, run_id is None)
    found = []
    for row, digest in zip(rows, digests, strict=True):
        item = known.get(digest)
        decision = Decision(row, digest, TAKEN, item=item)
        if item is None:
            found.append(_new(source, judges, decision, articles[row.thread]))
        else:
            found.append(_again(source, judges, decision, here.get(item.number), run_id))
    db.session.rollback()  # a transaction that reads would be in the way of the one that writes
    return found


def _here(connection: Connection, numbers: Sequence[int]) -> dict[int, AnyRow]:
    """Return the comments of these numbers as they are here."""
    columns = _C.id, _C.status, _C.name, _C.email, _C.website, _C.body, _C.article_id
    query = select(*columns).where(_C.id.in_(numbers))
    return {row.id: row for row in connection.execute(query)} if numbers else {}


def _articles(
    source: Source, connection: Connection, threads: Iterable[int], is_dry: bool
) -> dict[int, int | str]:
    """Return the number of the article of each thread, 0 for one that a dry run would bring; or why
    there is none.
    """
    found: dict[int, int | str] = {}
    staged = source.staging.threads(threads)
    by_key = {one.article: source.digest(Kind.ARTICLE, one.article) for one in staged}
    known = items(connection, by_key.values())
    mapping = source.given.mapping
    for thread in staged:
        number: int | None = None
        if thread.article and is_dry and (why := source.staging.closed(thread.article)):
            found[thread.number] = why
            continue
        if thread.article:
            item = known.get(by_key[thread.article])
            number = item.number if item else None
            if number is None and is_dry and source.staging.has(thread.article):
                found[thread.number] = 0
                continue
        elif mapping is not None:
            number = mapping.find(connection, thread.address, thread.title)
        found[thread.number] = number or NO_ARTICLE
    numbers = {number for number in found.values() if isinstance(number, int)}
    query = select(Article.id, Article.status).where(Article.id.in_(numbers))
    statuses = {row.id: row.status for row in connection.execute(query)}
    for thread_number, there in found.items():
        if there and isinstance(there, int):
            if there not in statuses:
                found[thread_number] = NO_ARTICLE
            elif statuses[there] is ArticleStatus.PAGE:
                found[thread_number] = UNDER_PAGE
    return found


def _new(source: Source, judges: Judges, decision: Decision, article: int | str) -> Decision:
    record = decision.record
    if record.status is ArchivedStatus.DELETED:
        return replace(decision, outcome=DROPPED, why=DELETED_THERE)
    erased = judges.erasure_of(record)
    if erased == "address":
        return replace(decision, outcome=DROPPED, why=ERASED_HERE)
    if isinstance(article, str):
        return replace(decision, outcome=DROPPED, why=article, is_orphan=True)
    decision = _with_text(source, replace(decision, article_id=article))
    if decision.text is None:
        return decision
    if erased:  # the comment was to stay, without its author
        nobodys = decision.text._replace(name="", email="", website="")
        decision = replace(decision, text=nobodys)
    return _judged(source, judges, decision)


def _again(
    source: Source,
    judges: Judges,
    decision: Decision,
    here: AnyRow | None,
    run_id: int | None,
) -> Decision:
    """Return what becomes of a comment that was imported before."""
    item, record = decision.item, decision.record
    assert item is not None
    is_gone = record.status is ArchivedStatus.DELETED
    if here is None or here.status is Status.DELETED:
        return replace(decision, outcome=DROPPED, why=DELETED_THERE if is_gone else DELETED_HERE)
    if item.source in ("", source.said(record)):
        if item.run_id != run_id:
            return replace(decision, outcome=MERGED)
        is_held = here.status is not Status.PUBLISHED
        return replace(decision, outcome=HELD if is_held else TAKEN)
    if item.written != written(source.key, here, here.status):
        return replace(decision, outcome=MERGED, why=CHANGED_HERE)
    decision = replace(decision, article_id=here.article_id)
    if is_gone:
        text = Submission(here.name, here.email, here.website, here.body)
        return replace(decision, text=text, status=Status.DELETED, why=DELETED_THERE)
    decision = _with_text(source, decision)
    if decision.text is None:
        return decision
    decision = _judged(source, judges, decision)
    if decision.status is here.status and decision.text and decision.text.body == here.body:
        now, before = decision.text, (here.name, here.email, here.website)
        is_signed_so = (now.name, now.email, now.website) == before
        return replace(decision, outcome=MERGED, why="" if is_signed_so else SIGNED_OTHERWISE)
    return decision


def written(key: str, row: AnyRow | Submission | Comment, status: Status) -> str:
    """Return the hash of a comment as it is here; `key` is the site's secret key."""
    return hash_of(key, row.name, row.email, row.website, row.body, status.value)


def _with_text(source: Source, decision: Decision) -> Decision:
    """Return the decision with what is to be stored, unless readers would see nothing of it."""
    record = decision.record
    typed, elements = comment_source(record.text, record.is_html)
    body, why = lines(typed), ""
    if len(body) > LONGEST:
        body, why = body[:LONGEST], CUT
    html = comment_html(body, source.given.translate)
    text = plain(html)
    if is_blank(text):
        return replace(decision, outcome=DROPPED, why=NOTHING_TO_SEE, elements=elements)
    name = one_line(record.name)[:NAME_LENGTH].strip()
    email, website = one_line(record.email), one_line(record.website)
    submission = Submission(
        name="" if is_blank(name) else name,
        email=email if is_mailbox(email) else "",
        website=website if len(website) <= WEBSITE_LENGTH and is_web(website) else "",
        body=body,
        html=html,
        text=text,
    )
    return replace(decision, text=submission, why=why, elements=elements)


def _judged(source: Source, judges: Judges, decision: Decision) -> Decision:
    """Return the decision with the status that the comment gets: what was published there is
    published if nothing speaks against it.
    """
    if decision.record.status is ArchivedStatus.SPAM:
        return replace(decision, outcome=HELD, why=SPAM_THERE, status=Status.SPAM)
    assert decision.text is not None
    verdict = judges.rules.judge_archived(decision.text, source.config, judges.known)
    reasons, why = list(verdict.reasons), ", ".join(verdict.reasons)
    if decision.record.status is not ArchivedStatus.PUBLISHED:
        reasons, why = [HoldReason.ARCHIVE.value, *reasons], WAITED_THERE
    if not reasons:  # what the filter found is kept where somebody is to look at it
        return decision
    status = Status.SPAM if verdict.is_spam or verdict.is_refused else Status.PENDING
    columns = judged(verdict)
    return replace(
        decision, outcome=HELD, why=why, status=status, reasons=tuple(reasons), verdict=columns
    )
