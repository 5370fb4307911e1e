"""The WSGI application, under the two names by which web servers look for it."""

from pnpm import create_app

app = application = create_app()
