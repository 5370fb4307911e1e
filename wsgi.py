"""What the web server runs."""

from pnpm import create_app

app = application = create_app()
