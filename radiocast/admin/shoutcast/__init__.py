"""What a SHOUTcast server (DNAS 1.9 and 2.6) tells of its streams, in its shapes. Pure."""
