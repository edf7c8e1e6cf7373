"""How we introduce ourselves on the wire."""

from radiocast import __version__
from radiocast.config.icecast import IcecastConfig

SERVER_ID = f"radiocast {__version__}"
"""`Server:` and `server_id`, unless the operator says otherwise."""

AGENT = f"radiocast/{__version__}"
"""`User-Agent:`, where we are the client."""


def server_id(config: IcecastConfig) -> str:
    """`Server:` and `server_id`."""
    return config.server_id or SERVER_ID
