"""Pure: TOML text to typed, frozen settings."""
