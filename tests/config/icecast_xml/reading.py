"""Short ways to read an icecast.xml in a test."""

from __future__ import annotations

from pathlib import Path

from radiocast.config.icecast_xml.read import Imported, read_icecast_xml
from radiocast.config.icecast_xml.remarks import IcecastXmlError
from radiocast.config.load import load
from radiocast.config.model import Config
from radiocast.config.write import to_toml

HERE = Path(__file__).parent
PASSWORDS = (
    "<authentication><source-password>src</source-password>"
    "<admin-password>adm</admin-password></authentication>"
)


def read(inner: str) -> Imported:
    """A file with passwords, of which nothing is to be said, and `inner`, on the first line."""
    imported = read_icecast_xml(f"<icecast>{inner}{PASSWORDS}</icecast>".encode())
    assert as_toml_and_back(imported) == imported.config
    return imported


def as_toml_and_back(imported: Imported) -> Config:
    return load(to_toml(imported.document, imported.config, map(str, imported.remarks)))


def config(inner: str) -> Config:
    """What a file with `inner` says; there is nothing to remark."""
    imported = read(inner)
    assert [str(remark) for remark in imported.remarks] == []
    return imported.config


def remarks(inner: str) -> list[str]:
    return [f"{remark.kind}: {remark}" for remark in read(inner).remarks]


def mistakes(text: str | bytes) -> list[str]:
    """The mistakes in a whole file, each with its line."""
    try:
        read_icecast_xml(text if isinstance(text, bytes) else text.encode())
    except IcecastXmlError as exc:
        return [f"{line}: {mistake}" for line, mistake in exc.located]
    return []
