#!/home/desa/virtualenv/pnpm/3.11/bin/python
"""The site for FastCGI: one process, one thread, one request at a time. Replace /home/desa, here and above, with your own folder."""

import sys

sys.path.insert(0, "/home/desa/pnpm")

from deploy.fastcgi.responder import serve  # noqa: E402: after that
from deploy.reloaded import application  # noqa: E402

serve(application, script="/pnpm.fcgi")
