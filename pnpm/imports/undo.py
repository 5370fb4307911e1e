"""Takes an import back, batch by batch: what it changed gets its former text, and what it brought
goes. What somebody has changed here since, or what readers have written under, stays, and is named.
"""

from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy import delete, exists, select, update

from pnpm.articles import actions, search
from pnpm.articles.models import Article
from pnpm.articles.models import Status as ArticleStatus
from pnpm.articles.tags import Label, Labelled
from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet
from pnpm.comments import moderation
from pnpm.comments.models import Comment, Status
from pnpm.config import Config
from pnpm.db import db, retrying, transaction
from pnpm.db.types import LARGEST, AnyRow
from pnpm.media import uploads
from pnpm.media.actions import remove as remove_pictures
from pnpm.media.models import Picture
from pnpm.media.queries import unused
from pnpm.site_settings import Setting

from . import pending
from .addresses import OldAddress
from .articles import current
from .comments import written
from .models import ImportedItem, ImportRun, Kind, Stage

AT_ONCE = 200  # of a batch
MOST_NAMED = 100  # of what stays
UNDO = "undo"  # under which a run's report has how far its undo is
# one after another: what was changed, then what was brought, the replies before what they answer
CHANGES, COMMENTS, ARTICLES, PICTURES, END = "changes", "comments", "articles", "pictures", "end"
PHASES = CHANGES, COMMENTS, ARTICLES, PICTURES, END
KINDS = {COMMENTS: Kind.COMMENT, ARTICLES: Kind.ARTICLE, PICTURES: Kind.PICTURE}
EDITED_HERE = "it was changed here since"
ANSWERED_HERE = "somebody has answered it here"
COMMENTED_HERE = "it has comments that stay"
IN_USE = "it is shown by what stays"
_ITEM = ImportedItem.__table__.c
_C = Comment.__table__.c
_ACTIONS = AuditAction.SAVED.value, AuditAction.EDITED.value, AuditAction.MOVED.value


class Undone(NamedTuple):
    """How far an undo is: whether it is done, how many things went, and which stay (`what` and
    `why`), at most MOST_NAMED, and how many those are.
    """

    is_done: bool
    gone: dict[str, int]
    left: list[dict[str, str]]
    left_count: int


def begin(run_id: int, change_set: ChangeSet) -> bool:
    """Begin to take an import back, finished or not, in the caller's transaction of the session;
    return False if that was done before. `step` goes on with it.
    """
    run = _held(run_id)
    if run is None or run.stage in (Stage.UNDOING, Stage.UNDONE):
        return False
    run.stage, run.position = Stage.UNDOING, LARGEST
    state = {"phase": CHANGES, "who": change_set.who, "key": change_set.key}
    run.report = run.report | {UNDO: state | {"gone": {}, "left": [], "left_count": 0}}
    db.session.flush()
    pending.begin()
    sides = {"status": "imported"}, {"status": "undone"}
    change_set.record(AuditAction.IMPORTED, "import", [(run_id, *sides)])
    return True


def undo_import(entry: AuditEntry, change_set: ChangeSet) -> bool:
    """Begin to take back the import that an entry of the log tells of; return whether there was
    anything to undo. What it brought goes after the answer, what it changed has entries of its own.
    """
    return entry.number is not None and begin(entry.number, change_set)


def advance(
    run_id: int,
    config: Config,
    render: Callable[[str], str],
    seconds: float = float("inf"),
    tell: Callable[[Undone], None] = lambda undone: None,
) -> Undone:
    """Go on with an undo that was begun, for at most about so many seconds; each batch is
    committed. `render` makes the HTML of a comment's text.
    """
    until = monotonic() + seconds
    while True:
        undone = retrying(lambda: _step(run_id, config, render))
        tell(undone)
        if undone.is_done or monotonic() > until:
            return undone


def under_way() -> int | None:
    """Return the number of an import whose undo was begun and is not done, or None."""
    return db.session.scalar(select(ImportRun.id).where(ImportRun.stage == Stage.UNDOING).limit(1))


class Undo:
    """One batch of an undo: the run, what is known of its undo, and the change set that tells of
    it.
    """

    def __init__(self, run: ImportRun, config: Config, render: Callable[[str], str]) -> None:
        self.run, self.config, self.render = run, config, render
        # another one, as SQLAlchemy looks whether a value differs from the one that was loaded
        self.state: dict[str, Any] = dict(run.report[UNDO])
        self.change_set = ChangeSet(self.state["who"], undoes=run.change_set)
        self.change_set.key = self.state["key"]
        self.files: list[str] = []  # keys of pictures whose files go after the commit

    @property
    def phase(self) -> str:
        """What is undone next."""
        phase: str = self.state["phase"]
        return phase

    def leave(self, what: str, why: str) -> None:
        """Note that something stays."""
        self.state["left_count"] += 1
        if len(self.state["left"]) < MOST_NAMED:
            self.state["left"] = [*self.state["left"], {"what": what, "why": why}]

    def count(self, number: int) -> None:
        """Note that so many things went."""
        gone = self.state["gone"]
        if number:
            self.state["gone"] = gone | {self.phase: gone.get(self.phase, 0) + number}

    def keep(self, position: int | None) -> None:
        """Store how far it is; None: this phase is done."""
        if position is None:
            self.state["phase"] = PHASES[PHASES.index(self.phase) + 1]
            position = LARGEST
        self.run.position = position
        if self.phase == END:
            self.run.stage = Stage.UNDONE
            db.session.flush()
            if under_way() is None:
                pending.end()
        self.run.report = self.run.report | {UNDO: dict(self.state)}
        db.session.flush()


def _step(run_id: int, config: Config, render: Callable[[str], str]) -> Undone:
    with transaction():
        run = _held(run_id)
        if run is None:
            return Undone(True, {}, [], 0)
        if run.stage is not Stage.UNDOING:
            return _told(run)
        undo = Undo(run, config, render)
        if undo.phase == CHANGES:
            _undo_changes(undo)
        else:
            _take_away(undo)
        told = _told(run)
    uploads.throw_away(config, undo.files)
    return told


def _told(run: ImportRun) -> Undone:
    state = run.report.get(UNDO, {})
    values = state.get("gone", {}), state.get("left", []), state.get("left_count", 0)
    return Undone(run.stage is not Stage.UNDOING, *values)


def _undo_changes(undo: Undo) -> None:
    """Give the next things that the import changed their former text and status."""
    query = (
        select(AuditEntry)
        .where(
            AuditEntry.deed == undo.run.change_set,
            AuditEntry.id < undo.run.position,
            AuditEntry.action.in_(_ACTIONS),
        )
        .order_by(AuditEntry.id.desc())
        .limit(AT_ONCE)
    )
    found = db.session.scalars(query).all()
    for entry in found:
        if _is_undone(undo, entry):
            undo.count(1)
        elif _is_there(entry):
            undo.leave(f"{entry.subject} {entry.number}", EDITED_HERE)
        _follow(undo, entry)
    undo.keep(found[-1].id if found else None)


def _is_undone(undo: Undo, entry: AuditEntry) -> bool:
    if entry.action == AuditAction.SAVED.value:
        return actions.undo_save(entry, undo.change_set)
    if entry.action == AuditAction.EDITED.value:
        return moderation.undo_edit(entry, undo.change_set, undo.render)
    return moderation.undo_moves([entry], undo.change_set) > 0


def _is_there(entry: AuditEntry) -> bool:
    """Return whether what an entry tells of is still there: another undo may have taken it away."""
    model = Article if entry.subject == "article" else Comment
    return db.session.get(model, entry.number) is not None


def _follow(undo: Undo, entry: AuditEntry) -> None:
    """Know a thing again as it is now: the next import looks at it anew."""
    if entry.number is None:
        return
    kind = Kind.ARTICLE if entry.subject == "article" else Kind.COMMENT
    key = undo.config.secret_key
    if kind is Kind.ARTICLE:
        text = current(entry.number)
        hashed = text.hash(key) if text else ""
    else:
        comment = db.session.get(Comment, entry.number, populate_existing=True)
        hashed = written(key, comment, comment.status) if comment else ""
    is_it = _ITEM.kind == kind, _ITEM.number == entry.number
    change = update(ImportedItem.__table__).where(*is_it, _ITEM.source != "")
    db.session.connection().execute(change.values(written=hashed, source="undone"))


def _take_away(undo: Undo) -> None:
    """Take the next things away that the import brought, the last first."""
    kind = KINDS[undo.phase]
    query = (
        select(*_ITEM)
        .where(_ITEM.run_id == undo.run.id, _ITEM.kind == kind, _ITEM.id < undo.run.position)
        .order_by(_ITEM.id.desc())
        .limit(AT_ONCE)
    )
    rows = db.session.connection().execute(query).all()
    take = {Kind.COMMENT: _comments, Kind.ARTICLE: _articles, Kind.PICTURE: _pictures}[kind]
    gone = take(undo, rows)
    undo.count(len(gone))
    table = ImportedItem.__table__
    db.session.connection().execute(delete(table).where(table.c.id.in_(gone)))
    if not rows and kind is Kind.ARTICLE:
        _forget_addresses(undo)
        unused_label = ~exists().where(Labelled.label_id == Label.id)
        db.session.connection().execute(delete(Label.__table__).where(unused_label))
    undo.keep(rows[-1].id if rows else None)


def _forget_addresses(undo: Undo) -> None:
    """Forget the addresses that the import found out of articles which an earlier one brought."""
    own = select(_ITEM.number).where(_ITEM.kind == Kind.ARTICLE, _ITEM.run_id == undo.run.id)
    change = delete(OldAddress.__table__).where(
        OldAddress.run_id == undo.run.id, OldAddress.article_id.not_in(own)
    )
    db.session.connection().execute(change)


def _comments(undo: Undo, rows: Sequence[AnyRow]) -> list[int]:
    """Take comments away; return the ids of their items. The office's word on their status alone is
    no change: what they say is still in the archive.
    """
    connection = db.session.connection()
    numbers = [row.number for row in rows]
    columns = _C.id, _C.name, _C.email, _C.website, _C.body
    query = select(*columns).where(_C.id.in_(numbers)).order_by(_C.id).with_for_update()
    here = {row.id: row for row in connection.execute(query)}
    below = select(_C.id, _C.parent_id).where(_C.parent_id.in_(numbers))
    parents = {row.id: row.parent_id for row in connection.execute(below)}
    key, gone, taken = undo.config.secret_key, [], set()
    for row in rows:
        comment = here.get(row.number)
        hashes = [written(key, comment, one) for one in Status] if comment else [row.written]
        if row.written and row.written not in hashes:
            undo.leave(f"comment {row.number}", EDITED_HERE)
        elif any(above == row.number and one not in taken for one, above in parents.items()):
            undo.leave(f"comment {row.number}", ANSWERED_HERE)
        else:
            gone.append(row.id)
            taken.add(row.number)
    moderation.take_out(connection, sorted(taken))
    db.session.expire_all()
    return gone


def _articles(undo: Undo, rows: Sequence[AnyRow]) -> list[int]:
    """Take articles away for good, with their labels, versions and addresses; return the ids of
    their items.
    """
    connection, table = db.session.connection(), Article.__table__
    numbers = [row.number for row in rows]
    commented = set(
        connection.scalars(select(_C.article_id).where(_C.article_id.in_(numbers)).distinct())
    )
    gone, taken = [], []
    for row in rows:
        text = current(row.number)
        is_here = text is not None and text.status is not ArticleStatus.DELETED
        if text and is_here and row.written not in ("", text.hash(undo.config.secret_key)):
            undo.leave(f"article {row.number}: {text.title}", EDITED_HERE)
            continue
        if row.number in commented:
            undo.leave(f"article {row.number}: {text.title if text else ''}", COMMENTED_HERE)
            continue
        gone.append(row.id)
        taken.append(row.number)
    if taken:
        connection.execute(delete(table).where(table.c.id.in_(taken)))
        search.follow(connection, taken)
        Setting.touch()
        db.session.expire_all()
    return gone


def _pictures(undo: Undo, rows: Iterable[AnyRow]) -> list[int]:
    """Take pictures away that nothing shows any more; return the ids of their items."""
    by_number = {row.number: row.id for row in rows}
    query = select(Picture).where(Picture.id.in_(by_number))
    here = {picture.id: picture for picture in db.session.scalars(query)}
    free = {picture.id: picture for picture in db.session.scalars(query.where(*unused()))}
    for number in here.keys() - free.keys():
        undo.leave(f"picture {number}: {here[number].name}", IN_USE)
    undo.files = remove_pictures(undo.change_set, free.values())
    return [by_number[number] for number in by_number if number not in here.keys() - free.keys()]


def _held(run_id: int) -> ImportRun | None:
    """Lock a run and return it as it is now, or None."""
    return db.session.get(ImportRun, run_id, populate_existing=True, with_for_update=True)
