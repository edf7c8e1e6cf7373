"""What listeners are shown: a track's tags in the operator's template. Pure."""

from __future__ import annotations

import string

from radiocast.autodj.track import Track


def format_title(template: str, track: Track, playlist: str = "") -> str:
    """`template` with `{artist}`, `{title}`, `{album}`, `{playlist}` and `{file}` filled in.

    What a track does not have is left out with the signs that join it to the others; a track
    without a title is called by its file's name.

    >>> format_title("{artist} - {title} ({album})", Track("/a.mp3", artist="Anna", title="Go"))
    'Anna - Go'
    """
    values = {
        "artist": track.artist,
        "title": track.title or track.file,
        "album": track.album,
        "playlist": playlist,
        "file": track.file,
    }
    shown, signs, is_joined = "", "", True
    for literal, name, _, _ in string.Formatter().parse(template):
        signs += literal  # a doubled brace cuts them in two
        if name is None:
            continue
        # Signs join two things: they stay only where both are there.
        if values[name] and (is_joined or shown):
            shown += signs
        shown += values[name]
        is_joined, signs = bool(values[name]), ""
    return (shown + signs if is_joined else shown).strip()
