"""All tables of the site. Each room defines its own, and a process imports only those that it
needs: most are started to answer a reader. Whoever needs all of them takes them from here: a
backup, a move to another database, and a migration that is made of the models.
"""

import pnpm.accounts.models
import pnpm.accounts.throttling
import pnpm.articles.models
import pnpm.articles.revisions
import pnpm.articles.tags
import pnpm.audit.models
import pnpm.comments.models
import pnpm.comments.spam.tables
import pnpm.comments.subscriptions.tables
import pnpm.comments.trust
import pnpm.imports.addresses
import pnpm.imports.models
import pnpm.mail.links
import pnpm.mail.models
import pnpm.media.models
import pnpm.privacy.models
import pnpm.site_settings
from pnpm.db import db

# Complete, as all that define a table are imported above.
metadata = db.metadata
