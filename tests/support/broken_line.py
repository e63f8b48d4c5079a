"""A TCP proxy in front of a real server that breaks the line after so many bytes of its answers."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

PIECE = 16384
# how the line breaks: reset as by a killed server, closed in the middle of an answer, silent
CUT, TRUNCATED, STALLED = "cut", "truncated", "stalled"


class BrokenLine:
    """`port` passes on to host:port. While a fault is armed, the line breaks once after so many more
    bytes from the server, and every connection made later is treated the same way until mend()."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._lock = threading.Lock()
        self._how = ""
        self._left = 0
        self._mended = threading.Event()
        self._mended.set()
        self.passed = 0
        self.broke = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, how: str, after_bytes: int) -> None:
        with self._lock:
            self._how, self._left = how, after_bytes
            self.broke.clear()
            self._mended.clear()

    def mend(self) -> None:
        with self._lock:
            self._how = ""
        self._mended.set()

    def close(self) -> None:
        self.mend()
        self._listener.close()

    # details
    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._to)
        except OSError:
            client.close()
            return
        threading.Thread(target=self._pass, args=(client, server, False), daemon=True).start()
        self._pass(server, client, True)

    def _pass(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(PIECE):
                allowed = self._allow(len(data)) if answers else len(data)
                target.sendall(data[:allowed])
                if allowed < len(data) and not self._break(source, target, data[allowed:]):
                    return
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _allow(self, count: int) -> int:
        with self._lock:
            self.passed += count
            if not self._how:
                return count
            allowed = min(count, self._left)
            self._left -= allowed
            return allowed

    def _break(self, source: socket.socket, target: socket.socket, rest: bytes) -> bool:
        """True when the line works again."""
        self.broke.set()
        if self._how == STALLED:
            self._mended.wait()
            target.sendall(rest)
            return True
        if self._how == CUT:
            for end in (source, target):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for end in (source, target):
            # wakes the thread that reads there: a close alone would wait for it
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RD if self._how == CUT else socket.SHUT_RDWR)
            end.close()
        return False
