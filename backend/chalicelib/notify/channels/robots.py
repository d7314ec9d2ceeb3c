"""What the group robots share: how long a post may be and how many they bear."""

# The services allow about 20 posts a minute for one robot; a run is a minute, and two runs may touch.
MOST_POSTS = 15


def cut(text: str, most_bytes: int) -> str:
    """The text, cut to `most_bytes` of UTF-8 with an ellipsis, never within a character."""
    data = text.encode()
    if len(data) <= most_bytes:
        return text
    return data[: most_bytes - len("…".encode())].decode(errors="ignore") + "…"
