"""The name that Passenger asks for, and what every other server of a host starts: `application`,
and `reloading` around it.

What keeps the site from starting is said on a plain page, in words that its host can act on. So
this is written for any Python.
"""

import gc
import os
import runpy
import sys
import traceback

HOME = os.path.dirname(os.path.abspath(__file__))


def part(name):
    """What a file of the program defines that is needed before the program can be loaded."""
    return runpy.run_path(os.path.join(HOME, "pnpm", "bootstrap", name))


def load(with_office, before):
    """The site, with or without the office. The one before it lets go of its database."""
    gc.disable()  # a start throws nothing away: looking for it would cost an eighth of the time
    try:
        from pnpm import close, create_app

        site = create_app(with_office=with_office)
        if before:
            close(before)
        return site
    except Exception:
        traceback.print_exc()  # into the server's log, which the host alone can read
        raise
    finally:
        gc.freeze()
        gc.enable()


def page(error):
    """An application that answers everything with why the site cannot be shown."""
    plain = part("fallback_page.py")
    reason, english = plain["reason"](error, sys.version_info[:2])
    body = plain["page"]("Situs belum dapat dijalankan", reason, english=english)
    return lambda environ, start_response: plain["answer"](environ, start_response, body)


if HOME not in sys.path:
    sys.path.insert(0, HOME)
if sys.version_info < (3, 11):
    application = page(None)
else:
    instance, loading = (
        os.environ.get("PNPM_INSTANCE") or os.path.join(HOME, "instance"),
        part("lazy_app.py"),
    )
    program = loading["known_as"](HOME, instance, os.environ)
    application = part("page_store.py")["PageStore"](
        HOME, instance, program, loading["Loading"](load, page)
    )
reloading = part("reloader.py")["reloading"]
