"""What both sides of a decoding agree on: the words of an event, and how much goes each way."""

PHOTO, LIST = "photo", "list"
# Lambda takes and gives 6 MiB (6,291,456 bytes) when it is waited for; base64 grows by a third, and JSON stands around it.
MOST_PAYLOAD = 6 * 1024 * 1024
MOST_ANSWER = 4_600_000
# The characters of all the cells of a list together, and what JSON puts between them: ten times what 20,000 homes need.
MOST_TEXT = 24_000_000
