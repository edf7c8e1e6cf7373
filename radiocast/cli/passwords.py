"""Passwords nobody chose: made at the first run, kept in a file only we can read.

The file is a `[passwords]` table, so the configuration reader checks it, and an
operator may move it into a configuration as it is.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from radiocast.cli.files import read_config
from radiocast.config.model import Config, PasswordsConfig
from radiocast.errors import ConfigError, Mistake, RadiocastError

FILE_NAME = "passwords.toml"

# Nothing that is misread on the phone or mistyped: no l and 1, no o and 0.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 5  # 20 characters of 32: 100 bits

_CONTENT = """\
# Made by radiocast at its first run. A password in the configuration wins over these.
# Delete this file to have new ones made.
[passwords]
source = "{source}"
admin = "{admin}"
"""


class StateError(RadiocastError):
    """The state directory, or what is in it, cannot be used."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A configuration that has all its passwords, and where they came from."""

    config: Config
    file: Path | None
    """Where the generated ones are kept; None: none were needed."""
    first_run: bool
    """Whether they were generated just now: the one time to show them."""


def complete_passwords(config: Config, directory: Path) -> Completed:
    """Fill in the passwords that `config` leaves out from the state directory.

    They are generated if the directory has none yet. Raises StateError.
    """
    given = config.passwords
    if given.source is not None and given.admin is not None:
        return Completed(config, None, first_run=False)
    file = directory / FILE_NAME
    first_run = _create(file)
    stored = stored_passwords(file)
    passwords = replace(
        given,
        source=given.source if given.source is not None else stored.source,
        admin=given.admin if given.admin is not None else stored.admin,
    )
    return Completed(replace(config, passwords=passwords), file, first_run)


def generate_password() -> str:
    """A strong password that a person can read out and type."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def default_state_directory(environment: Mapping[str, str]) -> Path:
    """Where state is kept unless told otherwise (XDG Base Directory). Raises StateError."""
    base = environment.get("XDG_STATE_HOME", "")
    if base.startswith("/"):  # "All paths must be absolute"; others are to be ignored
        return Path(base) / "radiocast"
    try:
        return Path.home() / ".local" / "state" / "radiocast"
    except RuntimeError:
        raise StateError("there is no home directory to keep passwords in: use --state") from None


def stored_passwords(file: Path) -> PasswordsConfig:
    """The passwords kept in a state directory's FILE_NAME. Raises StateError."""
    try:
        stored = read_config(file).passwords
        if stored.source is None or stored.admin is None:
            raise ConfigError(Mistake("", f"{file}: a password is missing"))
    except ConfigError as exc:
        raise StateError(f"{exc} (delete the file to have new passwords made)") from None
    return stored


def _create(file: Path) -> bool:
    """Whether the file was made just now, whole and at once; False: it is there already."""
    content = _CONTENT.format(source=generate_password(), admin=generate_password())
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        if file.exists():
            return False
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            return _link(draft, file)
        finally:
            draft.unlink()
    except OSError as exc:
        raise StateError(
            f"{file}: cannot be written: {exc.strerror} "
            "(use --state DIR, or set both passwords in a configuration)"
        ) from None


def _link(draft: Path, file: Path) -> bool:
    # A link fails where a rename would replace: of two first runs, one wins whole.
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        return False
    return True
