"""The rules: pure, without AWS, without Chalice, without a clock of their own."""
