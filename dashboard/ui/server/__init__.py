"""What stands between the network and the pages: guard, headers, browser files, warm start."""

from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from dashboard.navigation import PAGES
from dashboard.ui.server.browser_files import ASSETS_FOLDER, BrowserFiles
from dashboard.ui.server.deep_links import DeepLinks
from dashboard.ui.server.guard import Guard
from dashboard.ui.server.headers import SecurityHeaders
from dashboard.ui.server.warm_start import lifespan

__all__ = ["MIDDLEWARE", "ROUTES", "lifespan"]

MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(Guard),
    Middleware(DeepLinks, root_pages=[page.url_path for page in PAGES if page.is_default]),
    Middleware(BrowserFiles),
]
"""Outermost first: even a refusal carries the headers."""

ROUTES = [Mount("/assets", StaticFiles(directory=ASSETS_FOLDER))]
"""Our own files: the mark of the product, and the shapes of countries that maps draw."""
