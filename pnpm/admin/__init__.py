"""The office's blueprints: a file a resource, each with the addresses under /admin that belong to
it.
"""

from . import audit, backups, dashboard, diagnostics, media, settings
from .accounts import login, profile, resume, setup, users
from .articles import headlines
from .articles import views as articles
from .comments import rules
from .comments import views as comments

BLUEPRINTS = (
    dashboard.office,
    login.session,
    resume.resume,
    login.code,
    setup.setup,
    comments.desk,
    comments.authors,
    articles.writing,
    articles.versions,
    media.library,
    rules.lists,
    headlines.headlines,
    rules.policy,
    audit.log,
    dashboard.report,
    profile.account,
    profile.factor,
    settings.settings,
    settings.site_pages,
    backups.backups,
    users.users,
    diagnostics.checkup,
)
