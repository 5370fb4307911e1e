"""The site for mod_wsgi, FastCGI and gunicorn: its processes end themselves when `tmp/restart.txt`
changes, and the server starts new ones.

Passenger watches that file itself, and under plain CGI every process is new.
"""

from passenger_wsgi import HOME, reloading
from passenger_wsgi import application as site

application = reloading(site, HOME)
