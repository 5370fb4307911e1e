"""The office's edges: one file a resource, each with the addresses under /admin that belong to it."""

from . import audit, backups, dashboard, diagnostics, media, pages, report, settings
from .accounts import code, factor, login, profile, resume, setup, users
from .articles import headlines, versions
from .articles import views as articles
from .comments import authors, policy, rules
from .comments import views as comments

BLUEPRINTS = (
    dashboard.office,
    login.session,
    resume.resume,
    code.code,
    setup.setup,
    comments.desk,
    authors.authors,
    articles.writing,
    versions.versions,
    media.library,
    rules.lists,
    headlines.headlines,
    policy.policy,
    audit.log,
    report.report,
    profile.account,
    factor.factor,
    settings.settings,
    pages.site_pages,
    backups.backups,
    users.users,
    diagnostics.checkup,
)
