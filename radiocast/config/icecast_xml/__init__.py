"""icecast.xml to `Config`: what each element means here, and what is said of those that mean
nothing. Pure.

An element becomes a setting of radiocast.toml, and the reader of that checks it: so an
icecast.xml can be anything that a radiocast.toml can be, and `radiocast import` writes it down.
"""
