"""The WSGI application, under the two names by which web servers look for it."""

import gc

from pnpm import create_app

app = application = create_app()
# what stays is not looked through for garbage again and again: a thirtieth of a comment's time
gc.freeze()
