"""The office's edges: one file a resource, each with the addresses under /admin that belong to it."""

from . import account, authors, code, comments, dashboard, factor, lists, log, policy, report, session, setup, users

BLUEPRINTS = (
    dashboard.office,
    session.session,
    code.code,
    setup.setup,
    comments.desk,
    authors.authors,
    lists.lists,
    policy.policy,
    log.log,
    report.report,
    account.account,
    factor.factor,
    users.users,
)
