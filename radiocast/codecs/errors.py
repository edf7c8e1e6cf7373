"""What codecs raise."""

from __future__ import annotations

from radiocast.errors import RadiocastError


class CodecError(RadiocastError):
    """Sound that cannot be decoded, or not be encoded here. Its text is for the operator."""
