"""What the clock does, one job a file: safe to run twice, safe to run late."""
