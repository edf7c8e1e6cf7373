"""The auto-DJ over HTTP, under /api: values in, answers out."""
