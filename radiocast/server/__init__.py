"""The rim: sockets, HTTP, SHOUTcast, authentication, start and stop."""
