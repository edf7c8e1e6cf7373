"""What public lists of stations are told and answer: the YP protocol, as Icecast speaks it. Pure.

Three POSTs of a form: `add`, `touch` from time to time, `remove`. The answer is in headers.
"""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.admin.status_json import public_fields
from radiocast.config.icecast import Level
from radiocast.mounts.statistics import MountStatistics, StationStatistics
from radiocast.protocols.text import parse_number
from radiocast.web_client.fetch import WebResponse
from radiocast.web_client.form import escape, form_body


@dataclass(frozen=True, slots=True)
class Answer:
    """What a directory said."""

    accepted: bool
    message: str
    refused: bool = False
    """It said no itself: not because it could not be asked."""
    sid: str = ""
    """Its name for the stream, which it is called by from then on."""
    touch: float | None = None
    """Seconds within which it wants a sign of life; None: it does not say."""


def add_form(
    station: StationStatistics,
    mount: MountStatistics,
    *,
    cluster: str,
    instance: str,
    level: Level,
) -> bytes:
    """The body that adds a stream. `cluster` is the cluster password or empty, `instance` a UUID
    that no other source has."""
    known = {name: str(value) for name, value in public_fields(station, mount).items()}
    fields = [
        ("action", "add"),
        ("sn", known["server_name"]),
        ("genre", known["genre"]),
        ("cpswd", cluster),
        ("desc", known["server_description"]),
        ("url", known.get("server_url", "")),
        ("listenurl", known["listenurl"]),
        ("type", known["server_type"]),
        ("stype", known.get("subtype", "")),
    ]
    bitrate = ("b", known.get("bitrate", ""))
    if level is Level.V2_4:
        # Its last part has no name of its own, and a line end: directories have seen no other.
        return form_body([*fields, bitrate]) + f"&{escape(mount.info.audio_info)}\r\n".encode()
    fields.insert(1, ("admin", station.admin))
    return form_body(
        [
            *fields,
            ("language", ""),
            ("sourceinstance", instance),
            bitrate,
            *_sampling(mount),
            ("audioinfo", mount.info.audio_info),
        ]
    )


def touch_form(
    sid: str,
    station: StationStatistics,
    mount: MountStatistics,
    *,
    max_listeners: int,
    level: Level,
) -> bytes:
    """The body that says that a stream is still there, and what plays. `max_listeners` counts where
    the mount has no limit of its own."""
    most = max_listeners if mount.max_listeners is None else mount.max_listeners
    fields = [
        ("action", "touch"),
        ("sid", sid),
        ("st", mount.title.text if mount.title is not None else ""),
        ("listeners", str(mount.listeners)),
        ("max_listeners", str(most)),
        ("stype", str(public_fields(station, mount).get("subtype", ""))),
    ]
    if level is Level.V2_4:
        return form_body(fields) + b"\r\n"
    return form_body([*fields, *_sampling(mount)])


def remove_form(sid: str) -> bytes:
    """The body that takes a stream from the list."""
    return form_body([("action", "remove"), ("sid", sid)])


def read_answer(response: WebResponse) -> Answer:
    """Yes or no."""
    message = response.header("ypmessage") or f"{response.status} {response.reason}".strip()
    touch = parse_number(response.header("touchfreq") or "", digits=6)
    said = response.header("ypresponse") if response.status == 200 else None
    return Answer(
        accepted=said == "1",
        refused=said is not None and said != "1",
        message=message,
        sid=response.header("sid") or "",
        touch=float(touch) if touch else None,
    )


def _sampling(mount: MountStatistics) -> list[tuple[str, str]]:
    return [
        ("samplerate", str(mount.sample_rate or "")),
        ("channels", str(mount.channels or "")),
    ]
