"""What administrators and statistics readers see: views of the mounts."""
