"""Servers that take long to start: one of each kind for the whole process, stopped when it ends."""

from __future__ import annotations

import atexit

from .server import Server

_servers: dict[type[Server], Server] = {}


def shared(kind: type[Server]) -> Server:
    """Not started yet when its `process` is None. Use names of your own in it, and remove them."""
    if kind not in _servers:
        _servers[kind] = kind()
        atexit.register(_servers[kind].stop)
    return _servers[kind]
