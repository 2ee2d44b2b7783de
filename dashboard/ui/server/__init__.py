"""What stands between the network and the pages: guard, headers, browser files, warm start."""

from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from dashboard.navigation import PAGES
from dashboard.settings import read_settings
from dashboard.ui.server.browser_files import ASSETS_FOLDER, BrowserFiles
from dashboard.ui.server.cookies import SecureCookies
from dashboard.ui.server.deep_links import DeepLinks
from dashboard.ui.server.guard import Guard
from dashboard.ui.server.headers import SecurityHeaders
from dashboard.ui.server.returning import Returning
from dashboard.ui.server.sign_in_settings import sign_in_secrets
from dashboard.ui.server.warm_start import lifespan

__all__ = ["MIDDLEWARE", "ROUTES", "SECRETS", "lifespan"]

_URL = read_settings().sign_in.dashboard_url

MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(Guard, url=_URL),
    Middleware(SecureCookies, is_https=_URL.startswith("https://")),
    Middleware(Returning, pages=[page.url_path for page in PAGES]),
    Middleware(DeepLinks, root_pages=[page.url_path for page in PAGES if page.is_default]),
    Middleware(BrowserFiles),
]
"""Outermost first: even a refusal carries the headers."""

SECRETS = sign_in_secrets()
"""What Streamlit's sign-in is told; nothing of it is kept in a file of Streamlit's."""

ROUTES = [Mount("/assets", StaticFiles(directory=ASSETS_FOLDER))]
"""Our own files: the mark of the product, and the shapes of countries that maps draw."""
