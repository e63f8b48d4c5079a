"""The data of a Realtime Database: what may be stored, and how it is told as JSON."""

from __future__ import annotations

import base64
import hashlib
import json
import re

MOST_KEY_BYTES = 768
MOST_DEPTH = 32
MOST_TEXT_BYTES = 10 << 20
NULL_ETAG = "null_etag"

_FORBIDDEN = re.compile(r"[.$#\[\]/\x00-\x1f\x7f]")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


class BadData(Exception):
    """The message is what the server answers with status 400."""


class Node:
    """A leaf has a value, any other node children; both may have a priority. `hash` is kept until
    something below changes, as the service keeps it."""

    __slots__ = ("value", "children", "priority", "hash")

    def __init__(self, value=None, children=None, priority=None):
        self.value, self.children, self.priority, self.hash = value, children, priority, None


def check_key(key: str) -> None:
    if not key or _FORBIDDEN.search(key):
        raise BadData("Invalid data; couldn't parse key beginning at 1:1. Key value can't be empty "
                      'or contain $ # [ ] / or .')
    if len(key.encode()) > MOST_KEY_BYTES:
        raise BadData("Invalid data; key is longer than 768 bytes.")


def parse(value, depth: int = 0) -> Node | None:
    """From JSON, plain or in the export format; None for what stores nothing."""
    if depth > MOST_DEPTH:
        raise BadData("Invalid data; path is too deep (maximum depth is 32).")
    if isinstance(value, list):
        value = {str(index): item for index, item in enumerate(value)}
    if not isinstance(value, dict):
        return _leaf(value, None)
    priority = _priority(value.get(".priority"))
    if ".value" in value:
        if set(value) - {".value", ".priority"} or isinstance(value[".value"], (dict, list)):
            raise BadData('Invalid data; ".value" must be a primitive and stand alone.')
        return _leaf(value[".value"], priority)
    children = {}
    for key, item in value.items():
        if key == ".priority":
            continue
        check_key(key)
        if (child := parse(item, depth + 1)) is not None:
            children[key] = child
    return Node(children=children, priority=priority) if children else None


def _leaf(value, priority) -> Node | None:
    if value is None:
        return None
    if isinstance(value, str) and len(value.encode("utf-8", "surrogatepass")) > MOST_TEXT_BYTES:
        raise BadData("Invalid data; a string is longer than 10 MB.")
    return Node(value=value, priority=priority)


def _priority(value):
    if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int, float))):
        raise BadData("Invalid data; a priority must be a string or a number.")
    return value


def to_json(node: Node | None, export: bool = False):
    """Children whose keys are mostly 0, 1, 2... are told as an array, as the server does."""
    if node is None:
        return None
    if node.children is None:
        if export and node.priority is not None:
            return {".priority": node.priority, ".value": node.value}
        return node.value
    told = {key: to_json(child, export) for key, child in node.children.items()}
    if export and node.priority is not None:
        return {".priority": node.priority, **told}
    return _as_array(told)


def _as_array(told: dict):
    if not all(_INDEX.fullmatch(key) for key in told):
        return told
    length = max(map(int, told)) + 1
    if len(told) * 2 <= length:
        return told
    return [told.get(str(index)) for index in range(length)]


def shallow(node: Node | None):
    """True for each child, whatever lies below it; a leaf is told as it is."""
    if node is None or node.children is None:
        return None if node is None else node.value
    return {key: True for key in node.children}


def etag(node: Node | None) -> str:
    if node is None:
        return NULL_ETAG
    if node.hash is None:
        below = node.children and {key: etag(child) for key, child in node.children.items()}
        text = json.dumps([node.priority, node.value, below], sort_keys=True)
        node.hash = base64.b64encode(hashlib.sha1(text.encode()).digest()).decode()
    return node.hash


class Tree:
    """Paths are tuples of keys."""

    def __init__(self) -> None:
        self.root: Node | None = None

    def get(self, path: tuple[str, ...]) -> Node | None:
        node = self.root
        for key in path:
            if node is None or node.children is None:
                return None
            node = node.children.get(key)
        return node

    def set(self, path: tuple[str, ...], node: Node | None) -> None:
        """A node without anything below it goes, and with it every parent left empty."""
        if len(path) > MOST_DEPTH:
            raise BadData("Invalid data; path is too deep (maximum depth is 32).")
        self.root = _with(self.root, path, node)

    def set_priority(self, path: tuple[str, ...], priority) -> None:
        node = self.get(path)
        if node is not None:  # what does not exist has no priority
            node.priority = _priority(priority)
            self.root = _with(self.root, path, node)
            node.hash = None


def _with(node: Node | None, path: tuple[str, ...], new: Node | None) -> Node | None:
    if not path:
        return new
    if node is None or node.children is None:
        if new is None:
            return node
        node = Node(children={}, priority=node.priority if node else None)
    node.hash = None
    child = _with(node.children.get(path[0]), path[1:], new)
    if child is None:
        node.children.pop(path[0], None)
    else:
        node.children[path[0]] = child
    return node if node.children else None
