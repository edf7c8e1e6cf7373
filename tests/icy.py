"""An independent reader of ICY streams: what a listener's own code would do."""

from __future__ import annotations


def strip(body: bytes, metaint: int) -> tuple[bytes, list[tuple[int, str]]]:
    """The audio of `body`, and each text that is not empty with the audio bytes before it.

    A block cut off at the end of `body` is left out.
    """
    audio = bytearray()
    texts = []
    position = 0
    while position < len(body):
        piece = body[position : position + metaint]
        audio += piece
        position += len(piece)
        if len(piece) < metaint or position == len(body):
            break
        length = body[position] * 16
        block = body[position + 1 : position + 1 + length]
        position += 1 + length
        if block and len(block) == length:
            texts.append((len(audio), block.rstrip(b"\0").decode()))
    return bytes(audio), texts
