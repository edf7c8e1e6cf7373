"""Pure: frames of the log to the packets a bare decoder takes."""
