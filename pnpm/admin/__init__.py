"""The office's blueprints: one module for each resource and its addresses under /admin."""

from . import (
    audit,
    backups,
    dashboard,
    diagnostics,
    exports,
    mail,
    media,
    moves,
    places,
    restores,
    settings,
    welcome,
)
from .accounts import confirmation, login, password_reset, profile, resume, setup, users
from .articles import headlines
from .articles import views as articles
from .comments import mail_actions, names, rules
from .comments import views as comments
from .data_requests import views as data_requests
from .help import views as help_pages
from .imports import views as imports

BLUEPRINTS = (
    dashboard.admin,
    places.places,
    login.session,
    resume.resume,
    login.code,
    setup.setup,
    password_reset.forgotten,
    mail_actions.mailed,
    comments.admin_comments,
    comments.authors,
    articles.admin_articles,
    articles.revisions,
    media.admin_media,
    rules.lists,
    names.names,
    headlines.headlines,
    rules.policy,
    audit.log,
    dashboard.report,
    profile.account,
    profile.factor,
    confirmation.confirmation,
    settings.settings,
    settings.site_pages,
    backups.backups,
    restores.restores,
    moves.moves,
    exports.admin_exports,
    imports.admin_imports,
    mail.mail,
    data_requests.admin_data_requests,
    users.users,
    diagnostics.diagnostics,
    help_pages.help_pages,
    welcome.welcome,
)
