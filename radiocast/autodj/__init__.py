"""What plays next: playlists, rotation, schedule, queue. Decisions are pure functions."""
