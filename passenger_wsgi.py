"""The name that Passenger asks for, and what every other server of a host starts.

What keeps the site from starting is said on a plain page, in words that its host can act on. Written for any Python.
"""

import sys
import traceback

try:
    from wsgi import application
except BaseException as error:
    if isinstance(error, (KeyboardInterrupt, SystemExit)):
        raise
    import os
    import runpy

    traceback.print_exc()  # into the server's log, which the host alone can read
    plain = runpy.run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pnpm", "plain.py"))
    body = plain["page"]("Situs belum dapat dijalankan", plain["reason"](error, sys.version_info[:2]))

    def application(environ, start_response):
        """The page that says why, to whoever asks for whatever."""
        return plain["answer"](environ, start_response, body)


__all__ = ["application"]
