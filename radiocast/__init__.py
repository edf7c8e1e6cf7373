"""radiocast: a whole internet-radio station in one program."""

__version__ = "0.1.0"
