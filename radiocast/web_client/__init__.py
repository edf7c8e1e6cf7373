"""Asking web servers: one request over HTTP or HTTPS, one bounded answer.

    response = await fetch(
        "https://example.org/listener_add",
        "POST",
        headers=(("Content-Type", "application/x-www-form-urlencoded"),),
        body=form_body([("action", "listener_add"), ("mount", "/live")]),
        timeout=10.0,
    )
    response.header("icecast-auth-user")

What goes wrong outside of us raises `FetchError`: no such host, nobody there, no time left, a
certificate that proves nothing, an answer that is too long or no HTTP. A status such as 404 is
an answer like any other. Redirects are not followed: they would carry what we say of listeners,
passwords included, to a place that the operator has not named.

Streams of other servers have no end, and are where redirects and playlists lead to: `stream.py`
finds them, and tells a password to nobody but the server it is for.
"""
