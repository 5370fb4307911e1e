"""A process that sends what is due until nothing is, as one that answers forms does: for tests that
kill it in the middle.
"""

import sys
from pathlib import Path

from pnpm import create_app
from pnpm.web import mail
from tests.conftest import SETTINGS


def write(row):
    """A mail that says its number."""
    number = str(row.data["number"])
    return mail.compose(row, number, template="test", address=number)


def main(instance, url):
    """Send the mail of the site in that folder by that server."""
    settings = {"MAIL_URL": url, "SITE_URL": "https://desa.example", **SETTINGS}
    app = create_app({"INSTANCE": Path(instance), **settings})
    mail.WRITERS["number"] = write
    with app.app_context():
        mail.deliver()


if __name__ == "__main__":
    main(*sys.argv[1:])
