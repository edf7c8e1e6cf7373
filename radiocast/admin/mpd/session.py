"""Commands about the conversation itself, and about what this server is."""

from __future__ import annotations

import hmac

from radiocast.admin.mpd.call import Call, Spec, Specs
from radiocast.autodj.listing import AUDIO_SUFFIXES
from radiocast.config.outputs import OutputConfig
from radiocast.protocols.mpd.arguments import parse_integer
from radiocast.protocols.mpd.errors import Ack, MpdError
from radiocast.protocols.mpd.song import TAGS, find_tag

MAX_BINARY = 1024 * 1024
"""Bytes of a picture sent at a time, whatever a client asks for."""


def password(call: Call) -> None:
    """Let the client change things."""
    wanted = call.desk.config.control.mpd_password
    given = call.arguments[0].encode("utf-8", "surrogatepass")
    if wanted is not None and not hmac.compare_digest(given, wanted.encode()):
        raise MpdError(Ack.PASSWORD, "incorrect password")
    call.client.may_change = True


def binarylimit(call: Call) -> None:
    """How much of a picture the client wants at a time."""
    if (limit := parse_integer(call.arguments[0])) < 64:
        raise MpdError(Ack.ARGUMENT, "Value too small")
    call.client.binary_limit = min(limit, MAX_BINARY)


def tagtypes(call: Call) -> None:
    """The tags the client wants to see."""
    client = call.client
    match call.arguments:
        case ():
            for tag in TAGS:
                if tag in client.tags:
                    call.answer.add("tagtype", tag)
        case ("all",):
            client.tags |= set(TAGS)
        case ("clear",):
            client.tags.clear()
        case ("enable", _, *_):
            client.tags |= {find_tag(name) for name in call.arguments[1:]}
        case ("disable", _, *_):
            client.tags -= {find_tag(name) for name in call.arguments[1:]}
        case ("enable" | "disable",):
            raise MpdError(Ack.ARGUMENT, "Not enough arguments")
        case _:
            raise MpdError(Ack.ARGUMENT, "Unknown sub command")


def outputs(call: Call) -> None:
    """The mounts the auto-DJ plays on."""
    for number, (path, output) in enumerate(call.desk.config.outputs.items()):
        call.answer.add_all([
            ("outputid", number),
            ("outputname", path),
            ("plugin", output.codec),
            ("outputenabled", 1),
        ])  # fmt: skip


def enableoutput(call: Call) -> None:
    """They all are."""
    _output(call)


def disableoutput(call: Call) -> None:
    """A mount is the configuration's."""
    _output(call)
    raise MpdError(Ack.SYSTEM, "outputs are up to the station's configuration")


def decoders(call: Call) -> None:
    """What files are played."""
    call.answer.add("plugin", "radiocast")
    for suffix in sorted(AUDIO_SUFFIXES):
        call.answer.add("suffix", suffix)


def urlhandlers(call: Call) -> None:
    """What addresses are played."""
    for scheme in ("http://", "https://"):
        call.answer.add("handler", scheme)


def config(call: Call) -> None:
    """Where things are on the disk of the station is nobody's business."""
    raise MpdError(Ack.PERMISSION, "Command only permitted to local clients")


def _output(call: Call) -> OutputConfig:
    outputs = list(call.desk.config.outputs.values())
    number = parse_integer(call.arguments[0])
    if number >= len(outputs):
        raise MpdError(Ack.NO_EXIST, "No such audio output")
    return outputs[number]


COMMANDS: Specs = {
    "password": Spec(password, 1, 1),
    "ping": Spec(lambda _: None),
    "binarylimit": Spec(binarylimit, 1, 1),
    "tagtypes": Spec(tagtypes, 0, None),
    "outputs": Spec(outputs),
    "enableoutput": Spec(enableoutput, 1, 1, changes=True),
    "disableoutput": Spec(disableoutput, 1, 1, changes=True),
    "toggleoutput": Spec(disableoutput, 1, 1, changes=True),
    "decoders": Spec(decoders),
    "urlhandlers": Spec(urlhandlers),
    "config": Spec(config),
    "listpartitions": Spec(lambda call: call.answer.add("partition", "default")),
    "channels": Spec(lambda _: None),
    "readmessages": Spec(lambda _: None),
}
