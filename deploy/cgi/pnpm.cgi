#!/home/desa/virtualenv/pnpm/3.11/bin/python
"""The site for plain CGI: each request pays the whole start. Replace /home/desa, here and above, with your own folder."""

import gc
import os
import sys

gc.disable()  # a process that answers once has nothing to collect: 40 ms
sys.path.insert(0, "/home/desa/pnpm")

from wsgiref.handlers import CGIHandler  # noqa: E402: after that

from passenger_wsgi import application  # noqa: E402

# The address as readers know it: .htaccess put this file's name into it.
os.environ["SCRIPT_NAME"] = os.environ.get("SCRIPT_NAME", "").removesuffix("/pnpm.cgi")
CGIHandler().run(application)
sys.stdout.flush()
os._exit(0)  # taking the interpreter apart properly takes 150 ms more
