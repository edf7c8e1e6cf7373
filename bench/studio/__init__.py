"""What the studio costs, beside Liquidsoap; and whether its memory stays where it is."""
