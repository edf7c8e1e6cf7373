"""The auto-DJ in the words of the Music Player Daemon, for its many remote controls."""
