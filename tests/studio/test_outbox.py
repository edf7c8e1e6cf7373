from radiocast.studio.commands import Command, LiveAudio, LiveClose, LiveOpen, Skip
from radiocast.studio.messages import to_command
from radiocast.studio.outbox import MAX_COMMANDS, MAX_LIVE_BYTES, Outbox
from radiocast.studio.wire import MAX_TAIL, Message, Unpacker


def taken(outbox: Outbox) -> list[object]:
    messages = Unpacker().feed(outbox.take())
    return [to_command(each) for each in messages if isinstance(each, Message)]


def test_a_source_that_leaves_is_heard_to_its_last_byte() -> None:
    outbox = Outbox()
    audio = LiveAudio("dj", b"last words")
    said: list[Command] = [LiveOpen("dj", "audio/mpeg"), audio, LiveClose("dj")]
    for command in said:
        assert outbox.put(command)
    assert taken(outbox) == said
    assert taken(outbox) == []


def test_live_audio_that_nobody_takes_is_dropped_oldest_first_and_nothing_else_is() -> None:
    outbox = Outbox()
    outbox.put(Skip())
    for number in range(100):
        outbox.put(LiveAudio("dj", bytes([number]) * 100_000))
        assert outbox.live_bytes <= MAX_LIVE_BYTES
    first, *rest = taken(outbox)
    assert first == Skip()
    numbers = [each.data[0] for each in rest if isinstance(each, LiveAudio)]
    assert numbers == list(range(100 - len(numbers), 100))
    assert len(numbers) >= 9
    assert outbox.live_bytes == 0


def test_more_audio_than_a_message_holds_is_parted() -> None:
    outbox = Outbox()
    outbox.put(LiveAudio("dj", bytes(MAX_TAIL + 1)))
    sizes = [len(each.data) for each in taken(outbox) if isinstance(each, LiveAudio)]
    assert sizes == [1], "and the oldest part is more than may wait"


def test_commands_that_nobody_takes_are_not_taken() -> None:
    outbox = Outbox()
    assert all(outbox.put(Skip()) for _ in range(MAX_COMMANDS))
    assert not outbox.put(Skip())
    assert outbox.commands == MAX_COMMANDS
    outbox.clear()
    assert outbox.put(Skip())
