"""Four short pieces: chord progressions, a tune over each, and a few bars of form.

Notes are MIDI numbers, times are beats. A tune is (beat, note, length) from its first bar.
"""

from __future__ import annotations

from instruments import (
    Piece,
    bass,
    bell,
    brush,
    clap,
    flute,
    harp,
    kick,
    piano,
    strings,
    synthesizer,
)


def first_light() -> Piece:
    """A bright morning in C: a harp, then strings under it, then a flute over both."""
    piece = Piece("First Light", beat=60 / 92, beats=60, room=0.3)
    verse = [
        (48, (60, 64, 67, 71)),
        (45, (60, 64, 67, 69)),
        (41, (60, 65, 69, 72)),
        (43, (59, 62, 67, 74)),
    ]
    bridge = [
        (52, (59, 64, 67, 74)),
        (41, (60, 65, 69, 76)),
        (50, (60, 65, 69, 74)),
        (43, (60, 62, 67, 71)),
    ]
    theme = [
        (0, 76, 1.4), (1.5, 79, 0.9), (2.5, 83, 1.4), (4, 84, 1.9), (6, 79, 1.8),
        (8, 81, 1.4), (9.5, 77, 0.9), (10.5, 76, 1.4), (12, 74, 1.9), (14, 71, 1.8),
    ]  # fmt: skip
    answer = [
        (0, 83, 1.4), (1.5, 79, 0.9), (2.5, 76, 1.4), (4, 77, 1.4), (5.5, 81, 0.9),
        (6.5, 84, 1.4), (8, 86, 1.4), (9.5, 84, 0.9), (10.5, 81, 1.4), (12, 79, 3.5),
    ]  # fmt: skip
    bars = verse + verse + bridge + verse[:3]
    for bar, (root, chord) in enumerate(bars):
        at = 4 * bar
        for step, n in enumerate((0, 2, 1, 3, 2, 1, 3, 2)):
            note = chord[n] + (12 if step == 3 else 0)
            level = 0.34 if step % 4 == 0 else 0.24
            piece.play(harp, note, at + step / 2, 0.5, level, 0.5 - step / 8)
        if bar >= 2:
            piece.play(bass, root - 12, at, 3.8, 0.5)
        if bar >= 4:
            for n, note in enumerate(chord):
                piece.play(strings, note - 12, at, 3.6, 0.15, pan=(n - 1.5) / 2.2)
    for first, tune in ((16, theme), (32, answer)):
        for beat, note, length in tune:
            piece.play(flute, note, first + beat, length, 0.17, 0.25)
    for beat, note, length in theme[:7]:
        piece.play(bell, note, 48 + beat, length, 0.2, -0.25)
    piece.play(bass, 36, 60, 3, 0.5)
    piece.strum(harp, (48, 60, 64, 67, 71, 74), 60, 3, 0.36, gap=0.14)
    return piece


def last_tram() -> Piece:
    """A calm night in A minor: electric piano, bass, brushes."""
    piece = Piece("Last Tram Home", beat=60 / 84, beats=56, room=0.18, loose=0.01)
    chords = [
        (45, (60, 64, 67, 71)),
        (41, (57, 60, 64, 67)),
        (38, (57, 60, 65, 69)),
        (40, (56, 62, 64, 71)),
    ]
    theme = [
        (0.5, 76, 1), (1.5, 74, 0.5), (2, 71, 2), (4.5, 72, 1), (5.5, 71, 0.5), (6, 67, 2),
        (8.5, 69, 1), (9.5, 72, 0.5), (10, 77, 2), (12, 76, 1.4), (13.5, 74, 1), (14.5, 71, 1),
    ]  # fmt: skip
    answer = [
        (0, 79, 1.4), (1.5, 76, 0.5), (2, 74, 1.5), (3.5, 76, 0.5), (4, 72, 2), (6.5, 71, 0.5),
        (7, 69, 1), (8, 72, 1.4), (9.5, 74, 0.5), (10, 77, 1.5), (11.5, 76, 0.5), (12, 80, 1.4),
        (13.5, 76, 0.5), (14, 71, 2),
    ]  # fmt: skip
    for bar in range(14):
        root, chord = chords[bar % 4]
        at = 4 * bar
        piece.strum(piano, chord, at, 1.6, 0.25, gap=0.03)
        piece.strum(piano, chord, at + 2.5, 1.0, 0.17, gap=0.02)
        if bar >= 1:
            for step, note in ((0, root - 12), (1.5, root - 12), (2, root - 5), (3.5, root - 10)):
                piece.play(bass, note, at + step, 0.6 if step else 1.3, 0.55)
        if 2 <= bar < 13:
            for beat in (0, 2):
                piece.play(kick, 0, at + beat, 0.4, 0.5)
            for step in range(8):
                swing = 0.16 if step % 2 else 0.0
                level = 0.05 if step in (2, 6) else 0.025
                piece.play(brush, 0, at + step / 2 + swing / 2, 0.12, level, 0.35)
    for first, tune in ((16, theme), (32, answer)):
        for beat, note, length in tune:
            piece.play(piano, note, first + beat, length, 0.34, 0.2)
            if first == 32:
                piece.play(flute, note - 12, first + beat, length, 0.07, -0.3)
    piece.strum(piano, (33, 57, 60, 64, 67, 71), 56, 3, 0.3, gap=0.08)
    return piece


def paper_boats() -> Piece:
    """A waltz in D on a music box."""
    piece = Piece("Paper Boats", beat=60 / 126, beats=84, room=0.35)
    chords = [(50, (62, 66, 69)), (47, (62, 66, 71)), (43, (62, 67, 71)), (45, (61, 64, 69))]
    turn = [(43, (62, 67, 71)), (50, (62, 66, 69)), (40, (62, 64, 67)), (45, (61, 64, 67))]
    theme = [
        (78, 81, 86), (85, 83, 81), (79, 83, 81), (76, 78, 76),
        (78, 81, 86), (90, 88, 86), (83, 86, 88), (85, 81, 79),
    ]  # fmt: skip
    answer = [
        (83, 86, 91), (90, 86, 81), (79, 83, 88), (85, 81, 76),
        (83, 81, 79), (78, 81, 86), (88, 85, 81), (79, 76, 73),
    ]  # fmt: skip
    bars = chords * 3 + turn * 2 + chords * 2
    tunes = {
        **dict(enumerate(theme, 4)),
        **dict(enumerate(answer, 12)),
        **dict(enumerate(theme, 20)),
    }
    for bar, (root, chord) in enumerate(bars):
        at = 3 * bar
        piece.play(harp, root - 12, at, 2.5, 0.6)
        for beat in (1, 2):
            for n, note in enumerate(chord):
                piece.play(harp, note, at + beat, 0.8, 0.16, (n - 1) / 2.5)
        if bar >= 12:
            for n, note in enumerate(chord):
                piece.play(strings, note - 12, at, 2.8, 0.12, (1 - n) / 1.8)
        for beat, note in enumerate(tunes.get(bar, ())):
            level = 0.36 if beat == 0 else 0.24
            piece.play(bell, note, at + beat, 1, level, 0.3 - beat / 4)
            if bar >= 20 and beat == 0:
                piece.play(flute, note - 12, at, 2.6, 0.1, -0.4)
    piece.strum(bell, (38, 62, 66, 69, 74, 78), 84, 3, 0.32, gap=0.2)
    return piece


def clear_channel() -> Piece:
    """Wide awake in E minor: drums, a synthesizer bass, a figure that never stops."""
    piece = Piece("Clear Channel", beat=60 / 116, beats=72, room=0.14, loose=0.001)
    chords = [
        (40, (64, 67, 71, 76)),
        (36, (64, 67, 72, 76)),
        (43, (62, 67, 71, 74)),
        (38, (62, 66, 69, 74)),
    ]
    hook = [
        (0, 83, 0.5), (0.75, 81, 0.5), (1.5, 79, 1), (3, 76, 0.5), (3.5, 78, 0.5), (4, 79, 1.5),
        (6, 76, 1.5), (8, 83, 0.5), (8.75, 81, 0.5), (9.5, 79, 1), (11, 86, 0.5), (11.5, 83, 0.5),
        (12, 81, 2), (14.5, 78, 0.5), (15, 74, 0.7),
    ]  # fmt: skip
    for bar in range(18):
        root, chord = chords[bar % 4]
        at = 4 * bar
        full = bar >= 4 and bar not in (11, 16, 17)
        for step in range(8):
            if bar >= 2:
                note = root + (12 if step in (3, 6) else 0)
                piece.play(synthesizer, note, at + step / 2, 0.4, 0.34)
            note = chord[(0, 2, 1, 3, 2, 3, 1, 2)[step]] + 12
            piece.play(harp, note, at + step / 2, 0.3, 0.2, -0.5 if step % 2 else 0.5)
            # Its own echo, half a beat later on the other side.
            piece.play(harp, note, at + step / 2 + 0.75, 0.3, 0.07, 0.6 if step % 2 else -0.6)
            if full:
                piece.play(brush, 0, at + step / 2, 0.1, 0.03 if step % 2 else 0.015, 0.3)
        for beat in range(4):
            if bar >= 1 and (full or beat == 0):
                piece.play(kick, 0, at + beat, 0.4, 0.85)
            if full and beat % 2:
                piece.play(clap, 0, at + beat, 0.2, 0.13, -0.1)
        if bar >= 6:
            for n, note in enumerate(chord):
                piece.play(strings, note, at, 3.7, 0.07, pan=(n - 1.5) / 1.8)
    for first in (24, 48):
        for beat, note, length in hook:
            piece.play(synthesizer, note, first + beat, length, 0.22, 0.15)
            piece.play(flute, note - 12, first + beat, length, 0.06, -0.2)
    piece.play(kick, 0, 72, 0.4, 0.85)
    piece.play(synthesizer, 28, 72, 2, 0.4)
    piece.strum(harp, (52, 64, 67, 71, 76, 83), 72, 2, 0.3, gap=0.06)
    return piece
