"""What a listener costs: radiocast, Icecast and a bare loop of `send`, fed and joined alike."""
