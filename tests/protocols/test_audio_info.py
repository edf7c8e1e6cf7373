from __future__ import annotations

from radiocast.protocols.audio_info import parse_audio_info


def test_libshouts_form_is_understood() -> None:
    assert parse_audio_info("quality=4;bitrate=128;samplerate=44100;channels=2") == {
        "quality": "4",
        "bitrate": "128",
        "samplerate": "44100",
        "channels": "2",
    }


def test_values_are_unescaped_and_trimmed() -> None:
    assert parse_audio_info(" ice-quality = Q%203 ;") == {"ice-quality": "Q 3"}


def test_what_is_no_pair_or_has_another_name_is_left_out() -> None:
    assert parse_audio_info(";;x;=1;ice-bitrate;ice-bitrate=;ICE-X=1;genre=a;ice-=1") == {}


def test_names_are_bounded() -> None:
    assert parse_audio_info(f"ice-{'a' * 41}=1") == {}
    assert len(parse_audio_info(f"ice-{'a' * 40}=1")) == 1
