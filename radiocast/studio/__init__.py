"""The studio: decks, fades and encoders, in a process of their own."""
