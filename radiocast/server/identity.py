"""How we introduce ourselves on the wire."""

from radiocast import __version__

SERVER_ID = f"radiocast {__version__}"
"""`Server:` and `server_id`."""

AGENT = f"radiocast/{__version__}"
"""`User-Agent:`, where we are the client."""
