"""Files that are served, and other names for paths: `[files]`, `[aliases."/path"]`. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.config.fields import Table, flag, path_of_mount, setting, text, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesConfig(Table):
    """A directory of your own files: pages, pictures, songs."""

    root: str = setting("", text)
    """The directory; empty: none."""

    links: bool = setting(False, flag)
    """Whether symbolic links in it may lead out of it, as they may with Icecast."""

    types: str = setting("", text)
    """A list of content types by ending, as /etc/mime.types; empty: what Python knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasConfig(Table):
    """Another name for a path."""

    to: str = setting("/", text)
    """The path that is meant."""

    port: int = setting(0, whole(0, 65535))
    """Where it is asked for; 0: on every port."""

    host: str = setting("", text)
    """The address of this machine at which it is asked for; empty: at every one."""


def path_of_alias(value: object) -> str:
    """The path an alias stands for."""
    return "/" if value == "/" else path_of_mount(value)
