"""The REST protocol of a Realtime Database, as Firebase documents it: run as a program.

    realtime_server.py PORT ANSWER_LIMIT WRITE_LIMIT
"""

from __future__ import annotations

import json
import re
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from services import realtime_tree as tree  # noqa: E402

RULES = ".settings/rules.json"
DEFAULT_RULES = '{"rules": {".read": false, ".write": false}}'
WRITE_SIZES = ("tiny", "small", "medium", "large", "unlimited")
SIZE_WORDS = "exceeds the maximum size that can be {} with a single request."


class Refusal(Exception):
    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message


class Database:
    """One database, its rules, and what a test asked it to do."""

    def __init__(self, answer_limit: int, write_limit: int) -> None:
        self.tree = tree.Tree()
        self.rules = DEFAULT_RULES
        self.answer_limit, self.write_limit = answer_limit, write_limit
        self.lock = threading.RLock()
        self.requests: list[str] = []
        self.failures: list[int] = []


def parse_path(raw: str) -> tuple[str, ...]:
    """"/a/b%20c.json" -> ("a", "b c"); a slash in a key cannot be told from one between keys."""
    if not raw.endswith(".json"):
        raise Refusal(404, "Not Found: append .json to the path")
    parts = tuple(part for part in unquote(raw[:-len(".json")], errors="strict").split("/") if part)
    for part in parts if not parts or parts[-1] != ".priority" else parts[:-1]:
        if re.search(r"[.$#\[\]\x00-\x1f\x7f]", part):
            raise Refusal(400, "Invalid path: Invalid token in path")
        if len(part.encode()) > tree.MOST_KEY_BYTES:
            raise Refusal(400, "Invalid path: key is longer than 768 bytes")
    return parts


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 64 << 10  # header and body leave together: else each answer waits for an ACK of the first
    database: Database

    def log_message(self, *_args) -> None:
        pass

    # every verb goes the same way
    def handle_verb(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        verb = self.headers.get("X-HTTP-Method-Override", self.command)
        if url.path.startswith("/-control/"):
            return self.control(url.path, body)
        with self.database.lock:
            self.database.requests.append(f"{verb} {self.path}")
            if self.database.failures:
                return self.answer(self.database.failures.pop(0), {"error": "Internal server error."})
            try:
                self.authorise(query)
                if url.path == "/" + RULES:
                    return self.settings(verb, body)
                return getattr(self, "verb_" + verb.lower())(parse_path(url.path), query, body)
            except Answered:
                return None
            except Refusal as refusal:
                return self.answer(refusal.status, {"error": refusal.message})
            except tree.BadData as bad:
                return self.answer(400, {"error": str(bad)})

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = handle_verb

    def control(self, path: str, body: bytes) -> None:
        """For tests: answer so many requests with these statuses; tell and forget the requests."""
        if path == "/-control/failures":
            self.database.failures = json.loads(body)
        told, self.database.requests = self.database.requests, []
        self.answer(200, told)

    def authorise(self, query: dict) -> None:
        header = self.headers.get("Authorization", "")
        token = query.get("access_token") or query.get("auth") or header.removeprefix("Bearer ")
        if not token:
            raise Refusal(401, "Permission denied")
        if token not in ("owner",) and not token.startswith("ya29."):
            raise Refusal(401, "Unauthorized request.")

    def settings(self, verb: str, body: bytes) -> None:
        if verb == "GET":
            return self.send_text(200, self.database.rules)
        if verb != "PUT":
            raise Refusal(405, "Method not allowed")
        text = body.decode()
        try:
            parsed = json.loads(re.sub(r"(?m)^\s*//[^\n]*$|/\*[\s\S]*?\*/", "", text))
        except ValueError:
            raise Refusal(400, "Line 1: Parse error.") from None
        if not isinstance(parsed, dict) or not isinstance(parsed.get("rules"), dict):
            raise Refusal(400, 'Line 1: Expected "rules" property.')
        self.database.rules = text
        return self.answer(200, {"status": "ok"})

    def verb_get(self, path, query, _body) -> None:
        if query.get("shallow") == "true":
            if set(query) - {"shallow", "access_token", "auth"}:
                raise Refusal(400, "Mixing 'shallow' and querying parameters is not supported")
            return self.tell(path, tree.shallow(self.database.tree.get(path)), query)
        if path[-1:] == (".priority",):
            node = self.database.tree.get(path[:-1])
            return self.tell(path, node.priority if node else None, query)
        export = query.get("format") == "export"
        node = self.database.tree.get(path)
        return self.tell(path, None if query.get("print") == "silent" else tree.to_json(node, export),
                         query)

    def verb_put(self, path, query, body) -> None:
        value = self.data(query, body)
        self.check_condition(path)
        if path[-1:] == (".priority",):
            self.database.tree.set_priority(path[:-1], value)
        else:
            self.database.tree.set(path, tree.parse(value, len(path)))
        self.tell(path, value, query)

    def verb_patch(self, path, query, body) -> None:
        """Each key is a child, or a path of children: all of them or none."""
        value = self.data(query, body)
        if "if-match" in self.headers:
            raise Refusal(400, "ETags are not supported with PATCH")
        if not isinstance(value, dict):
            raise Refusal(400, "Invalid data; couldn't parse JSON object. Are you sending a JSON "
                               "object with valid key names?")
        changes = {}
        for keys, item in value.items():
            below = tuple(part for part in keys.split("/") if part)
            for key in below:
                tree.check_key(key)
            changes[path + below] = tree.parse(item, len(path) + len(below))
        if any(one != other and other[:len(one)] == one for one in changes for other in changes):
            raise Refusal(400, "Invalid data; a path is an ancestor of another path in the update.")
        for place, node in changes.items():
            self.database.tree.set(place, node)
        self.tell(path, value, query)

    def verb_post(self, path, query, body) -> None:
        name = f"-N{int(time.time() * 1000):x}{secrets.token_hex(5)}"
        self.database.tree.set(path + (name,), tree.parse(self.data(query, body), len(path) + 1))
        self.tell(path, {"name": name}, query)

    def verb_delete(self, path, query, _body) -> None:
        self.check_condition(path)
        self.database.tree.set(path, None)
        self.tell(path, None, query)

    # parts of the verbs
    def data(self, query: dict, body: bytes):
        if "writeSizeLimit" in query and query["writeSizeLimit"] not in WRITE_SIZES:
            raise Refusal(400, "Invalid writeSizeLimit")
        if len(body) > self.database.write_limit:
            raise Refusal(400, "Data to write " + SIZE_WORDS.format("modified"))
        try:
            return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, UnicodeDecodeError):
            raise Refusal(400, "Invalid data; couldn't parse JSON object, array, or value.") from None

    def check_condition(self, path) -> None:
        wanted = self.headers.get("if-match")
        if wanted is None:
            return
        node = self.database.tree.get(path)
        if wanted != tree.etag(node):
            self.send_text(412, json.dumps(tree.to_json(node)), etag=tree.etag(node))
            raise Answered

    def tell(self, path, value, query: dict) -> None:
        etag = None
        if self.headers.get("X-Firebase-ETag") == "true":
            etag = tree.etag(self.database.tree.get(path))
        if query.get("print") == "silent":
            return self.send_text(204, "", etag=etag)
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"),
                          indent=2 if query.get("print") == "pretty" else None)
        if len(text.encode("utf-8", "surrogatepass")) > self.database.answer_limit:
            raise Refusal(400, "Data requested " + SIZE_WORDS.format("accessed"))
        return self.send_text(200, text, etag=etag)

    def answer(self, status: int, value) -> None:
        self.send_text(status, json.dumps(value))

    def send_text(self, status: int, text: str, etag: str | None = None) -> None:
        body = text.encode("utf-8", "surrogatepass")
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        if etag is not None:
            self.send_header("ETag", etag)
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


class Answered(Refusal):
    """The answer has been sent already."""

    def __init__(self) -> None:
        super().__init__(0, "")


def _no_constant(name: str):
    raise ValueError(name)


def main() -> None:
    port, answer_limit, write_limit = map(int, sys.argv[1:4])
    Handler.database = Database(answer_limit, write_limit)
    ThreadingHTTPServer.request_queue_size = 64
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
