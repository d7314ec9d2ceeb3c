"""The HTTP edge: what residents and staff see and send."""
