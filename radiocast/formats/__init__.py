"""Pure: bytes to frames, one module per format, one interface (`Framer`) for all."""

from radiocast.formats._base import Event, Frame, Framer, Skipped, StreamStart, Title

__all__ = ["Event", "Frame", "Framer", "Skipped", "StreamStart", "Title"]
