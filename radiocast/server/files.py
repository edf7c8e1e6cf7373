"""The operator's own files, from `files.root`: which one a path names, and what of it is sent."""

from __future__ import annotations

import logging
import os
from functools import partial
from mimetypes import MimeTypes
from pathlib import Path

import trio

from radiocast.config.files import FilesConfig
from radiocast.protocols.http_date import http_date
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.replies import NEVER_CACHED
from radiocast.protocols.reports import Report
from radiocast.protocols.response import ANY_ORIGIN, Response
from radiocast.protocols.selection import Selection, Version, select
from radiocast.server.file_bodies import FileBody, Transfers, open_file

logger = logging.getLogger(__name__)

OUT_OF_RANGE = Report(416, "Request Range Not Satisfiable", "5874cc51-770b-42b5-82d2-737b2b406b30")
REVALIDATED = ("Cache-Control", "no-cache")  # kept, but asked about each time: files change

_TYPES = {  # what Icecast's list says and Python's does not, or otherwise
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".m3u": "audio/x-mpegurl",
    ".m4a": "audio/mp4",
    ".oga": "audio/ogg",
    ".ogg": "application/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".pls": "audio/x-scpls",
    ".xspf": "application/xspf+xml",
}
_PROGRAMS = {".xsl", ".xslt"}  # Icecast runs these: nobody expects their text to be sent
_TEXT = "text/plain; charset=utf-8"


class Files:
    """What there is to get."""

    def __init__(self, config: FilesConfig) -> None:
        self.transfers = Transfers()
        self.configure(config)

    def configure(self, config: FilesConfig) -> None:
        """New settings, from now on. What cannot be read is told to the log, as Icecast does."""
        self._root = Path(config.root) if config.root else None
        self._links = config.links
        if self._root is not None and not self._root.is_dir():
            logger.warning("files.root: %s is no directory", self._root)
        self._types = MimeTypes()
        for ending, kind in _TYPES.items():
            self._types.add_type(kind, ending)
        try:
            if config.types:
                self._types.read(config.types)
        except (OSError, UnicodeDecodeError) as exc:
            logger.warning("files.types: %s: %s", config.types, exc)

    async def answer(self, head: RequestHead) -> Response | None:
        """What a GET or HEAD gets; None: there is no such file."""
        if self._root is None:
            return None
        found = await trio.to_thread.run_sync(
            partial(find, self._root, head.path, links=self._links),
            limiter=self.transfers.threads,
        )
        if found is None:
            return None
        path, version = found
        selection = select(head, version)
        if selection.status == 416:
            text = f"{OUT_OF_RANGE.text}\r\n".encode()
            headers = (*NEVER_CACHED, ANY_ORIGIN, ("Content-Range", f"bytes */{version.size}"))
            return Response(416, text, _TEXT, headers, report=OUT_OF_RANGE)
        if selection.status == 304:
            return Response(304, headers=_about(selection, version))
        if head.method == "GET" and not self.transfers.make_room():
            text = b"busy, please try again later\r\n"
            return Response(503, text, _TEXT, (("Retry-After", "10"), ANY_ORIGIN))
        body = FileBody(self.transfers, path, version, selection.first, selection.size)
        return Response(
            selection.status,
            content_type=self._type_of(path),
            headers=_about(selection, version),
            long_body=body,
        )

    def _type_of(self, path: Path) -> str:
        kind, packing = self._types.guess_type(path.name)
        if packing:
            return f"application/{packing}"
        return kind or "application/octet-stream"


def _about(selection: Selection, version: Version) -> tuple[tuple[str, str], ...]:
    part = f"bytes {selection.first}-{selection.first + selection.size - 1}/{version.size}"
    return (
        REVALIDATED,
        ANY_ORIGIN,
        ("Accept-Ranges", "bytes"),
        *((("Content-Range", part),) if selection.status == 206 else ()),
        ("ETag", version.etag),
        ("Last-Modified", http_date(version.modified)),
    )


def find(root: Path, path: str, *, links: bool = False) -> tuple[Path, Version] | None:
    """The file that a request's path (decoded, with a slash in front) names, links followed; None:
    there is none, it cannot be read, or it lies outside of `root` or is hidden there.

    `links`: what the operator's links lead to may lie anywhere, and be called anything.
    Whoever sends it opens it again by the path this gives back, following no link then.
    """
    asked = path.removeprefix("/").split("/")
    if not all(map(_may_be_named, asked)):
        return None
    try:
        root = root.resolve(strict=True)
        file = root.joinpath(*asked).resolve(strict=True)
        if {file.suffix.lower(), Path(path).suffix.lower()} & _PROGRAMS:
            return None
        if not links and not all(map(_may_be_named, file.relative_to(root).parts)):
            return None
        descriptor, version = open_file(file)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a ring, before 3.13
        return None
    os.close(descriptor)
    return file, version


def _may_be_named(part: str) -> bool:
    """Whether a part of a path is a plain name: nothing hidden, no way up, no other separator."""
    return bool(part) and not part.startswith(".") and "\\" not in part and "\0" not in part
