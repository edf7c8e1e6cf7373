"""Who may connect, listen and send, beyond the passwords of the configuration.

Theory of operation. `Addresses` says who may connect at all: it is asked for each connection,
and for each request that a trusted proxy passes on. `Bans` keeps out who tries passwords. What
a mount names as its `auth` is an `Authenticator`, which is asked for each listener and answers
with `Admitted` or `Denied`; who was admitted calls `left` when the listener is gone. `Guard`
holds all of them for a station, makes them anew where a reload changes their settings, and runs
the one task they need: it looks for changed files and tells web servers what has happened.
"""
