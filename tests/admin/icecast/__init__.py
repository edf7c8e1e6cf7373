"""Icecast's admin interface, held against what Icecast 2.4.4 answered."""
