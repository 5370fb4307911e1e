"""The office's page with the checks of the installation that `flask doctor` makes."""

from flask import Blueprint, current_app, render_template, request

from pnpm.db import now
from pnpm.web import auth

PATIENCE = 2  # seconds for what could take long: somebody waits for the page

diagnostics = Blueprint("diagnostics", __name__, url_prefix=f"{auth.PREFIX}/checkup")


@diagnostics.get("")
def index():
    """Render what must be mended, then what is fine, in groups."""
    from pnpm.diagnostics import checks  # every cold start would pay for it

    installation = checks.Installation(
        current_app.config["PNPM"], checks.Asked.of(request), PATIENCE
    )
    found = list(checks.look(installation))
    ill = [finding for _group, finding in found if not finding.is_fine]
    groups = {
        name: [finding for group, finding in found if group == name and finding.is_fine]
        for name, _finding in found
    }
    return render_template("admin/diagnostics/index.html", ill=ill, groups=groups, made=now())
