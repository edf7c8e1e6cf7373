"""Sound to bytes and back: the only package that knows PyAV, PyOgg and libmp3lame."""
