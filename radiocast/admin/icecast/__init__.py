"""Icecast's admin interface: what its commands find out, as its XML and as pages of ours."""
