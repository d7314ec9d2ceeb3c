"""Where the store's one connection goes: through the proxy, or afresh in a process that was forked."""

from chalicelib.storage import table


def connect_to(url: str) -> None:
    """Lets the store talk to `url` from now on."""
    connection = table.connection()
    connection.host = url
    connection._client = None


def connect_afresh() -> None:
    """Forgets the connections that a parent process left open: two processes must not speak over one."""
    client = table.connection().client
    client._endpoint.http_session._manager.clear()
