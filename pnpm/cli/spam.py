"""Commands for the spam filter: how good it is, why it says what it says, and learning from data of
one's own.
"""

import csv
import json
import sys
from pathlib import Path
from random import Random
from time import thread_time

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from pnpm.comments.rules import Rules
from pnpm.comments.spam.verdict import Outcome, Strength
from pnpm.db import db, transaction

from .errors import Plain

ROUNDS = 3  # that train learns from each text
VERDICTS = {Outcome.PUBLISH: "published", Outcome.HOLD: "held", Outcome.SPAM: "spam"}
WIDEST_FIELD = 1_000_000  # characters


@click.group(cls=Plain)
def spam():
    """The filter against advertisements."""


@spam.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "column", help="Also say the recall by this column, like brand.")
@click.option("--language", help="Whose weights: id or en; the site's if not given.")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Write an SVG there.")
@click.option("--json", "as_json", is_flag=True, help="Print counts as one JSON object.")
def evaluate(file, column, language, plot, as_json):
    """Judge the texts of FILE, a CSV with columns text and label (1 is spam), and print precision,
    recall and people held by threshold.
    """
    from pnpm.comments.spam import evaluation

    language = language or _site_language()
    judged, milliseconds = _judged(file, column, language)
    shipped = evaluation.shipped(language)
    if plot:
        points = [evaluation.figures(judged, threshold) for threshold in shipped]
        plot.write_text(evaluation.plot(judged, points))
        click.echo(f"The plot is in {plot}.", err=as_json)
    if as_json:
        counts = evaluation.counts(judged, *shipped)
        click.echo(json.dumps(counts | {"milliseconds": round(milliseconds, 4)}))
        return
    click.echo("threshold  precision  recall      F1  people held")
    for threshold in sorted({*evaluation.THRESHOLDS, *shipped}):
        found = evaluation.figures(judged, threshold)
        mark = {shipped[0]: "  held", shipped[1]: "  spam"}.get(threshold, "")
        click.echo(
            f"{threshold:9.4f}  {found.precision:9.4f}  {found.recall:6.4f}  {found.f1:6.4f}"
            f"  {found.people_held:11.3%}{mark}"
        )
    click.echo(f"{milliseconds:.3f} ms of processor time a text.")
    if column:
        _by_group(judged, shipped[0])


@spam.command("explain")
@click.argument("text")
@click.option("--language", help="Whose weights: id or en; the site's if not given.")
def explain(text, language):
    """Say how the filter judges TEXT, as it is folded, and what speaks for and against."""
    from pnpm.comments.spam import assessment
    from pnpm.comments.spam.explanation import explain

    language = language or _site_language()
    found = explain(text, language)
    said = assessment.of_text(assessment.read(assessment.Words(text)), language)
    click.echo(f"{said.value:.4f}  {VERDICTS[said.outcome(Strength.NORMAL)]}")
    click.echo(found.text[found.start : found.end])
    for signal in said.signals:
        click.echo(f"{signal.weight:+.3f}  {signal.reason}")
    for reason in found.reasons:
        place = found.text[reason.start : reason.end]
        click.echo(f"{reason.weight:+.3f}  {reason.group:7}  {reason.name}  ({place})")


@spam.command("train")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option("--forget", is_flag=True, help="Forget first all that this site has learnt.")
@click.option("--language", help="Whose weights they are added to: id or en.")
def train(file, forget, language):
    """Let this site's weights learn from FILE, a CSV with columns text and label (1 is spam)."""
    from pnpm.comments.spam import learning

    if not file and not forget:
        raise click.UsageError("Name a FILE, or --forget.")
    rows = _rows(file, None) * ROUNDS if file else []
    # mixed, the same each time: else it would be all spam first, and then all people
    Random(len(rows)).shuffle(rows)  # noqa: S311 - nothing secret
    with (
        transaction(),
        click.progressbar(rows, label="Learning", file=sys.stderr) as bar,
    ):
        connection = db.session.connection()
        if forget:
            learning.reset(connection)
        learning.train(connection, _lessons(bar, language or _site_language()))
    click.echo(f"Learnt from {len(rows) // ROUNDS} texts.")


def _site_language():
    """Return the office's choice, or where there is no site yet the host's."""
    try:
        chosen = Rules.now().language
    except SQLAlchemyError:
        chosen = ""
    return chosen or current_app.config["PNPM"].language


def _judged(file, column, language):
    """Return what is said of each text of a file, and the processor time of one in milliseconds."""
    from pnpm.comments.spam.evaluation import Judged, is_spam_label, judge

    rows = _rows(file, column)
    judged, seconds = [], 0.0
    judge("", language)  # reads the weights
    with click.progressbar(rows, label="Judging", file=sys.stderr) as bar:
        for row in bar:
            began = thread_time()
            value = judge(row["text"] or "", language)
            seconds += thread_time() - began
            group = (row[column] or "") if column else ""
            judged.append(Judged(value, is_spam_label(row["label"] or ""), group))
    return judged, 1000 * seconds / (len(rows) or 1)


def _lessons(rows, language):
    from pnpm.comments.spam import assessment, learning
    from pnpm.comments.spam.evaluation import is_spam_label
    from pnpm.comments.spam.model import for_language

    model = for_language(language)
    for row in rows:
        read = assessment.read(assessment.Words(row["text"] or ""))
        sums = assessment.shifted(model, read.hashed)
        yield learning.Lesson(read.hashed, read.marks, sums, is_spam_label(row["label"] or ""))


def _rows(file, column):
    usual = csv.field_size_limit(WIDEST_FIELD)  # of the whole process
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines)
            names = reader.fieldnames or ()
            rows = list(reader)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    except (UnicodeError, csv.Error) as error:
        raise click.ClickException(f"{file} is not a CSV in UTF-8: {error}.") from error
    finally:
        csv.field_size_limit(usual)
    wanted = ["text", "label", *([column] if column else [])]
    missing = [name for name in wanted if name not in names]
    if missing:
        raise click.ClickException(f"{file} has no column {' and no column '.join(missing)}.")
    return rows


def _by_group(judged, threshold):
    from pnpm.comments.spam import evaluation

    for group, members in evaluation.by_group(judged).items():
        found = evaluation.figures(members, threshold)
        count = sum(each.is_spam for each in members)
        click.echo(
            f"{group or '(none)'}: {count} of {len(members)} are spam, recall {found.recall:.4f},"
            f" people held {found.people_held:.3%}"
        )
