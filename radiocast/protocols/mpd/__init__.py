"""The protocol of the Music Player Daemon, as its reference for 0.23 has it. Pure."""
