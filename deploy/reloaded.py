"""What mod_wsgi, FastCGI and gunicorn run: the site, whose processes end themselves, to be started
anew, by `tmp/restart.txt`.

Passenger watches that file itself, and under plain CGI every process is new.
"""

from passenger_wsgi import HOME, reloading
from passenger_wsgi import application as site

application = reloading(site, HOME)
