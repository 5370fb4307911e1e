"""on every engine: one writer of the office at a time, and a log that is only added to"""

from alembic import op
from sqlalchemy.exc import DBAPIError

revision = "0004"
down_revision = "0003"

SAID = "the log is only ever added to"
GUARDED = ("update", "delete")


def upgrade() -> None:
    op.execute("INSERT INTO setting (name, value) VALUES ('writer', '0')")
    engine = op.get_bind().dialect.name
    if engine == "postgresql":
        body = (
            f"BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation'; END"
        )
        op.execute(
            f"CREATE FUNCTION log_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
        )
        for verb in GUARDED:
            made = f"CREATE TRIGGER log_entry_no_{verb} BEFORE {verb} ON log_entry FOR EACH ROW"
            op.execute(f"{made} EXECUTE FUNCTION log_entry_stays()")
    elif engine in ("mysql", "mariadb"):
        try:
            for verb in GUARDED:
                made = f"CREATE TRIGGER log_entry_no_{verb} BEFORE {verb} ON log_entry FOR EACH ROW"
                refused = f"SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 1644, MESSAGE_TEXT = '{SAID}'"
                op.execute(f"{made} BEGIN IF @restoring IS NULL THEN {refused}; END IF; END")
        except DBAPIError:
            # many hosts do not allow triggers; `flask doctor` still finds a chain that was broken
            pass


def downgrade() -> None:
    op.execute("DELETE FROM setting WHERE name = 'writer'")
    engine = op.get_bind().dialect.name
    for verb in GUARDED:
        if engine == "postgresql":
            op.execute(f"DROP TRIGGER log_entry_no_{verb} ON log_entry")
        elif engine in ("mysql", "mariadb"):
            op.execute(f"DROP TRIGGER IF EXISTS log_entry_no_{verb}")
    if engine == "postgresql":
        op.execute("DROP FUNCTION log_entry_stays()")
