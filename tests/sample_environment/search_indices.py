"""The indices of the product: searched copies of trials, awkward documents, aliases, a template."""

from __future__ import annotations

import json

from services.search_server import SearchServer

from .fingerprint import Fingerprint

# what a server adds by itself, also to a copy that a restore has moved in
_SERVERS_OWN = ("index.uuid", "index.creation_date", "index.provided_name", "index.version", "index.resize.",
                "index.routing.allocation.initial_recovery.", "index.routing_partition_size")
TRIALS = 2000
VISITS = 1000


class SearchIndices:
    """All names begin with `prefix`, so that environments can share one server."""

    def __init__(self, server: SearchServer, prefix: str) -> None:
        self.server = server
        self.prefix = prefix
        self.trials, self.visits, self.notes = (f"{prefix}{name}" for name in ("trials", "visits", "notes"))
        self.template = f"{prefix}template"

    def build(self) -> None:
        self._put_template("7s")
        self.server.call("PUT", f"/{self.trials}", {
            "settings": {"number_of_shards": 2, "number_of_replicas": 0, "refresh_interval": "5s"},
            "mappings": {"dynamic": "strict", "properties": {
                "title": {"type": "text"}, "price": {"type": "double"}, "site": {"type": "keyword"}}},
            "aliases": {f"{self.prefix}open": {"filter": {"term": {"site": "site-1"}}},
                        f"{self.prefix}current": {"is_write_index": True}}})
        self._load(self.trials, ({"index": {"_id": f"trial-{number}"}} for number in range(TRIALS)),
                   ('{"title":"Trial %d – Übung","price":%d.10,"site":"site-%d"}' % (number, number, number % 7)
                    for number in range(TRIALS)))
        self.server.call("PUT", f"/{self.visits}", {
            "settings": {"number_of_replicas": 0}, "mappings": {"_routing": {"required": True}}})
        self._load(self.visits,
                   ({"index": {"_id": f"{number}", "routing": f"patient/{number % 11}"}} for number in range(VISITS)),
                   ('{"n":%d,"at":"2026-11-%02d"}' % (number, number % 28 + 1) for number in range(VISITS)))
        self.server.call("PUT", f"/{self.notes}", {"mappings": {"dynamic": False}})
        for name, source in _AWKWARD.items():
            self.server.call("PUT", f"/{self.notes}/_doc/{name}", source.encode())
        self.server.call("POST", f"/{self.prefix}*/_refresh")

    def damage(self) -> None:
        """Documents changed, gone and added, an index gone, another one added, alias and template changed."""
        self.server.call("POST", f"/{self.trials}/_bulk",
                         [{"delete": {"_id": f"trial-{number}"}} for number in range(3, TRIALS, 7)])
        self.server.call("PUT", f"/{self.trials}/_doc/trial-1", b'{"title":"oops"}')
        self.server.call("PUT", f"/{self.trials}/_doc/intruder", b'{"title":"added by mistake"}')
        self.server.call("DELETE", f"/{self.visits}")
        self.server.call("PUT", f"/{self.prefix}made-by-mistake/_doc/1", b'{"n":1}')
        self.server.call("POST", "/_aliases", {"actions": [
            {"remove": {"index": self.trials, "alias": f"{self.prefix}open"}}]})
        self._put_template("1s")
        self.server.call("POST", f"/{self.prefix}*/_refresh")

    def remove(self) -> None:
        for name in self._names():
            self.server.call("DELETE", f"/{name}")
        self.server.request("DELETE", f"/_index_template/{self.template}")

    def fingerprint(self) -> Fingerprint:
        lines, documents = [], 0
        names = self._names()
        for name in names:
            found = self._documents(name)
            documents += len(found)
            lines += [f"{name} is {_definition(self.server.call('GET', f'/{name}?flat_settings=true')[name])}", *found]
        status, template = self.server.request("GET", f"/_index_template/{self.template}")
        lines.append(f"template {json.dumps(template, sort_keys=True)}" if status == 200 else "no template")
        return Fingerprint.of("elasticsearch", f"{documents} documents, {len(names)} indices", lines)

    # details
    def _names(self) -> list[str]:
        rows = self.server.call("GET", "/_cat/indices?format=json&h=index")
        return sorted(row["index"] for row in rows if row["index"].startswith(self.prefix))

    def _put_template(self, refresh_interval: str) -> None:
        self.server.call("PUT", f"/_index_template/{self.template}", {
            "index_patterns": [f"{self.prefix}trials*"], "priority": 10,
            "template": {"settings": {"refresh_interval": refresh_interval},
                         "mappings": {"properties": {"from_template": {"type": "keyword"}}}}})

    def _load(self, index: str, actions, sources) -> None:
        body = "".join(f"{json.dumps(action)}\n{source}\n" for action, source in zip(actions, sources))
        status, answer = self.server.request("POST", f"/{index}/_bulk", body)
        if status != 200 or answer["errors"]:
            raise RuntimeError(f"loading {index}: {str(answer)[:500]}")

    def _documents(self, index: str) -> list[str]:
        """Every document with its version, each number spelled as the server gives it."""
        self.server.call("POST", f"/{index}/_refresh")
        found: list[str] = []
        page = self._page(f"/{index}/_search?size=5000&version=true&sort=_doc&scroll=1m")
        while page["hits"]["hits"]:
            found += [f"{index} {hit['_id']} {hit.get('_routing')} {hit['_version']} {hit['_source']!r}"
                      for hit in page["hits"]["hits"]]
            page = self._page("/_search/scroll", {"scroll": "1m", "scroll_id": page["_scroll_id"]})
        self.server.call("DELETE", "/_search/scroll", {"scroll_id": page["_scroll_id"]})
        return sorted(found)

    def _page(self, path: str, body: dict | None = None) -> "_Pairs":
        return json.loads(self.server.text("POST", path, body), parse_int=str, parse_float=str,
                          object_pairs_hook=_Pairs)


class _Pairs(dict):
    """A JSON object that remembers a key that stands there twice."""

    def __init__(self, pairs: list) -> None:
        super().__init__(pairs)
        self.pairs = pairs

    def __repr__(self) -> str:
        return repr(self.pairs)


def _definition(index: dict) -> str:
    kept = {key: value for key, value in index["settings"].items() if not key.startswith(_SERVERS_OWN)}
    return json.dumps({**index, "settings": kept}, sort_keys=True)


_AWKWARD = {
    "numbers": '{"a":9223372036854775807,"b":0.10,"c":1.0E+2,"d":123456789012345678901234567890,"e":1e400}',
    "lines": '{\n  "text": "over\\nlines",\r\n  "n": 1\n}\n',
    "a%2Fb%23c%3F": '{"id":"with what an address would eat"}',
    "%C3%BCml%C3%A4ut%F0%9F%98%80": '{"text":"\\u00e9\\ud83d\\ude00"}',
    "long" * 128: '{"id":"512 bytes"}',
}
