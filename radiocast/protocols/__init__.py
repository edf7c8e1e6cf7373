"""Pure wire dialogues: bytes and values in, events and bytes out."""
