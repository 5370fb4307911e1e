"""What the web server runs."""

import os

from pnpm import create_app

# A process of plain CGI answers one request, whose path it is told before it starts: readers' pages are ready sooner without
# the office.
IS_READERS = "GATEWAY_INTERFACE" in os.environ and "/admin" not in os.environ.get("PATH_INFO", "")

app = application = create_app(with_office=not IS_READERS)
