"""How Elasticsearch and OpenSearch refuse."""

from __future__ import annotations

from .refusal import Refusal, nothing
from .sql import BEFORE_USERS_ARE_OUT

BOTH = ("elasticsearch", "opensearch")


def cluster(settings: dict) -> dict:
    """Settings of the cluster, hindering and released."""
    return {"hinder": lambda site: site.cluster(settings),
            "release": lambda site: site.cluster(dict.fromkeys(settings))}


def made(name: str, body: dict, *documents: dict):
    """An index of the environment with these documents."""
    def act(site) -> None:
        index = f"/{site.prefix}{name}"
        site.search.call("PUT", index, body)
        for number, document in enumerate(documents):
            site.search.call("PUT", f"{index}/_doc/{number}?refresh=true", document)
    return act


def changed(name: str, path: str, body: dict):
    return lambda site: site.search.call("PUT", f"/{site.prefix}{name}/{path}", body)


def gone(name: str):
    return lambda site: site.search.request("DELETE", f"/{site.prefix}{name}")


def both(*acts):
    def act(site) -> None:
        for single in acts:
            single(site)
    return act


def write_late(site) -> None:
    site.search.call("PUT", f"/{site.indices.trials}/_doc/late?refresh=true", {"title": "late"})


def update_late(site) -> None:
    site.search.call("PUT", f"/{site.indices.trials}/_doc/trial-2?refresh=true", {"title": "late"})


DISK = "cluster.routing.allocation.disk"
WATERMARKS = {f"{DISK}.threshold_enabled": True, f"{DISK}.watermark.low": "1%", f"{DISK}.watermark.high": "98%",
              f"{DISK}.watermark.flood_stage": "99%"}
OPEN = {"settings": {"number_of_replicas": 0}}

ROWS = [
    # no index can be made
    (BOTH, Refusal("shards are not allocated (allocation.enable=none)", everywhere=True,
                   **cluster({"cluster.routing.allocation.enable": "none"}), ends_in=BEFORE_USERS_ARE_OUT,
                   says="cluster.routing.allocation.enable")),
    (BOTH, Refusal("shards are not allocated, from before Destroy on", at="destroy",
                   **cluster({"cluster.routing.allocation.enable": "none"}), ends_in=("destroy",))),
    (BOTH, Refusal("cluster is read-only", everywhere=True, **cluster({"cluster.blocks.read_only": True}),
                   ends_in=BEFORE_USERS_ARE_OUT, says="cluster.blocks.")),
    (BOTH, Refusal("cluster is read-only, from before Destroy on", at="destroy",
                   **cluster({"cluster.blocks.read_only": True}), ends_in=("destroy",))),
    (BOTH, Refusal("cluster allows deleting only", **cluster({"cluster.blocks.read_only_allow_delete": True}),
                   ends_in=BEFORE_USERS_ARE_OUT, says="cluster.blocks.")),
    (("opensearch",), Refusal("no index may be made (create_index block)",
                              **cluster({"cluster.blocks.create_index": True}), ends_in=BEFORE_USERS_ARE_OUT,
                              says="cluster.blocks.create_index")),
    (BOTH, Refusal("limit of shards", **cluster({"cluster.max_shards_per_node": 1}), ends_in=BEFORE_USERS_ARE_OUT,
                   says="cluster.max_shards_per_node")),
    # an index that refuses now what it took once
    (BOTH, Refusal("inner `dynamic: strict`", everywhere=True, before=both(
        made("inner", {**OPEN, "mappings": {"properties": {"o": {"properties": {"a": {"type": "keyword"}},
                                                                  "dynamic": False}}}}, {"o": {"a": "x", "b": "y"}}),
        changed("inner", "_mapping", {"properties": {"o": {"type": "object", "dynamic": "strict"}}})),
        hinder=nothing, release=nothing, comes_back=False, ends_in=BEFORE_USERS_ARE_OUT, after=gone("inner"),
        says="inner")),
    (BOTH, Refusal("a limit of fields below what the index has", before=both(
        made("fields", OPEN, {f"f{number}": number for number in range(40)}),
        changed("fields", "_settings", {"index.mapping.total_fields.limit": 10})),
        hinder=nothing, release=nothing, comes_back=False, ends_in=BEFORE_USERS_ARE_OUT, after=gone("fields"),
        says="fields")),
    (BOTH, Refusal("a field that was malformed and is refused now", before=both(
        made("odd", {"settings": {"number_of_replicas": 0},
                     "mappings": {"properties": {"n": {"type": "integer", "ignore_malformed": True}}}}, {"n": "no"}),
        changed("odd", "_mapping", {"properties": {"n": {"type": "integer", "ignore_malformed": False}}})),
        hinder=nothing, release=nothing, comes_back=False, ends_in=BEFORE_USERS_ARE_OUT, after=gone("odd"),
        says="odd")),
    # what others made since
    (BOTH, Refusal("a template of the same pattern and priority",
                   hinder=lambda site: (site.search.call("DELETE", f"/_index_template/{site.indices.template}"),
                                        site.search.call("PUT", f"/_index_template/{site.prefix}other", {
                                            "index_patterns": [f"{site.prefix}trials*"], "priority": 10})),
                   release=lambda site: (site.search.call("DELETE", f"/_index_template/{site.prefix}other"),
                                         site.indices._put_template("1s")),
                   ends_in=BEFORE_USERS_ARE_OUT, says="template")),
    (BOTH, Refusal("a writer that maintenance did not keep out", writes=True, at="destroy",
                   hinder=write_late, release=nothing, ends_in=("destroy",), says="trials")),
    (BOTH, Refusal("a writer that changes without adding", everywhere=True, writes=True, at="destroy",
                   hinder=update_late, release=nothing, ends_in=("destroy",), says="trials")),
    # no room
    (BOTH, Refusal("node above its low watermark", everywhere=True, **cluster(WATERMARKS),
                   ends_in=BEFORE_USERS_ARE_OUT, says="watermark")),
]
