"""The stand-in for the Realtime Database answers as Firebase documents it."""

from __future__ import annotations

import json

import pytest

from .realtime import Realtime, path_of


@pytest.fixture(scope="module")
def started():
    with Realtime(answer_limit=20_000, write_limit=10_000) as server:
        yield server


@pytest.fixture
def database(started):
    started.put(value=None)
    return started


def call(database, method, path, body=None, **more):
    return database.call(method, path, body, **more)


def test_what_is_put_is_got(database):
    put = call(database, "PUT", "/users/jack/name.json", {"first": "Jack", "last": "Sparrow"})
    assert (put.status, put.json) == (200, {"first": "Jack", "last": "Sparrow"})
    assert database.get("users", "jack", "name") == {"first": "Jack", "last": "Sparrow"}
    assert database.get("nothing", "here") is None


def test_patch_changes_named_children_and_leaves_the_others(database):
    database.put("users", "jack", "name", value={"first": "Jack", "last": "Sparrow"})
    patched = call(database, "PATCH", "/users/jack/name.json", {"last": "Jones"})
    assert (patched.status, patched.json) == (200, {"last": "Jones"})
    assert database.get("users", "jack", "name") == {"first": "Jack", "last": "Jones"}


def test_patch_with_paths_writes_several_places_or_none(database):
    database.put("a", value={"b": {"old": 1}, "c": 1})
    assert call(database, "PATCH", "/.json", {"a/b/new": 2, "d/e": 3, "a/c": None}).status == 200
    assert database.get() == {"a": {"b": {"old": 1, "new": 2}}, "d": {"e": 3}}
    before = database.get()
    for wrong in ({"x": 1, "a.b": 2}, {"a": 1, "a/b": 2}, {"": 1, "x/[": 2}, [1]):
        assert call(database, "PATCH", "/.json", wrong).status == 400, wrong
    assert database.get() == before


def test_post_makes_a_name_of_its_own(database):
    names = [call(database, "POST", "/list.json", {"text": "Ahoy!"}).json["name"] for _ in range(3)]
    assert len(set(names)) == 3 and set(database.get("list")) == set(names)


def test_delete_answers_null_and_empty_parents_go(database):
    database.put("a", "b", "c", value=1)
    deleted = call(database, "DELETE", "/a/b/c.json")
    assert (deleted.status, deleted.json) == (200, None)
    assert database.get() is None


def test_null_and_empty_objects_store_nothing(database):
    database.put("a", value={"kept": 0, "false": False, "text": "", "gone": None, "empty": {},
                             "deep": {"empty": {"er": []}}})
    assert database.get("a") == {"kept": 0, "false": False, "text": ""}


def test_the_method_may_stand_in_a_header(database):
    override = {"X-HTTP-Method-Override": "DELETE"}
    database.put("a", value=1)
    assert call(database, "POST", "/a.json", headers=override).json is None
    assert database.get("a") is None


def test_shallow_tells_children_as_true_and_goes_with_no_other_parameter(database):
    database.put("messages", value={"-K1": {"text": "x"}, "-K2": 5})
    assert database.get("messages", query="?shallow=true") == {"-K1": True, "-K2": True}
    assert database.get("messages", "-K2", query="?shallow=true") == 5
    assert database.get("none", query="?shallow=true") is None
    assert call(database, "GET", "/messages.json?shallow=true&print=pretty").status == 400


def test_export_keeps_priorities_and_plain_leaves_them_out(database):
    tree = {".priority": 1.5, "x": {".value": "leaf", ".priority": "high"}, "y": {"z": 1}}
    database.put("p", value=tree)
    assert database.get("p") == {"x": "leaf", "y": {"z": 1}}
    assert database.get("p", query="?format=export") == tree
    assert database.get("p", "x", query="?format=export") == {".value": "leaf", ".priority": "high"}
    assert database.get("p", ".priority") == 1.5


def test_a_priority_is_set_by_its_path_and_lost_by_a_put(database):
    database.put("p", value={"a": 1})
    database.put("p", ".priority", value=7)
    assert database.get("p", query="?format=export") == {".priority": 7, "a": 1}
    database.put("p", value={"a": 2})
    assert database.get("p", ".priority") is None
    for wrong in ([1], {"a": 1}, True):
        assert call(database, "PUT", "/p/.priority.json", wrong).status == 400


def test_keys_that_look_like_indices_are_told_as_an_array(database):
    database.put("list", value=["a", "b", None, "d"])
    assert database.get("list") == ["a", "b", None, "d"]
    assert database.get("list", "3") == "d"
    assert database.get("list", query="?shallow=true") == {"0": True, "1": True, "3": True}
    database.put("few", value={"0": "a", "9": "b"})
    assert database.get("few") == {"0": "a", "9": "b"}
    database.put("padded", value={"00": "a", "01": "b"})
    assert database.get("padded") == {"00": "a", "01": "b"}


def test_print_silent_answers_204_without_a_body(database):
    for method, body in (("PUT", {"a": 1}), ("GET", None), ("PATCH", {"b": 1}), ("POST", 1),
                         ("DELETE", None)):
        answer = call(database, method, "/quiet.json?print=silent", body)
        assert (answer.status, answer.body) == (204, b""), method


def test_an_etag_is_told_when_asked_for_and_changes_with_the_data(database):
    asked = {"X-Firebase-ETag": "true"}
    assert call(database, "GET", "/e.json").etag is None
    assert call(database, "GET", "/e.json", headers=asked).etag == "null_etag"
    first = call(database, "PUT", "/e.json", {"a": 1}, headers=asked).etag
    assert call(database, "GET", "/e.json", headers=asked).etag == first
    assert call(database, "GET", "/e.json?print=silent", headers=asked).etag == first
    database.put("e", "b", value=2)
    assert call(database, "GET", "/e.json", headers=asked).etag != first
    call(database, "DELETE", "/e/b.json")
    assert call(database, "GET", "/e.json", headers=asked).etag == first
    database.put("e", ".priority", value=1)
    second = call(database, "GET", "/e.json", headers=asked).etag
    assert second != first
    database.put("e", "a", ".priority", value=2)
    assert call(database, "GET", "/e.json", headers=asked).etag not in (first, second)


def test_a_condition_that_fails_answers_412_with_what_is_there(database):
    database.put("c", value=11)
    now = call(database, "GET", "/c.json", headers={"X-Firebase-ETag": "true"}).etag
    wrong = call(database, "PUT", "/c.json", 12, headers={"if-match": "cccc"})
    assert (wrong.status, wrong.json, wrong.etag) == (412, 11, now)
    assert call(database, "PUT", "/c.json", 12, headers={"if-match": now}).status == 200
    assert call(database, "DELETE", "/c.json", headers={"if-match": now}).status == 412
    assert database.get("c") == 12
    assert call(database, "PATCH", "/c.json", {"a": 1}, headers={"if-match": now}).status == 400
    assert call(database, "PUT", "/new.json", 1, headers={"if-match": "null_etag"}).status == 200


def test_without_a_token_nothing_is_told_and_a_wrong_one_is_refused(database):
    for token in (None, "forged"):
        answer = call(database, "GET", "/a.json", token=token)
        assert answer.status == 401 and "error" in answer.json
    assert call(database, "GET", "/a.json?access_token=owner", token=None).status == 200
    assert call(database, "GET", "/a.json?auth=owner", token=None).status == 200


@pytest.mark.parametrize("key", ["a.b", "a$b", "a#b", "a[b", "a]b", "a\nb", "a\x7fb"])
def test_a_key_with_a_character_that_is_not_allowed_is_refused(database, key):
    assert call(database, "GET", path_of(key)).status == 400
    assert call(database, "PUT", "/a.json", {key: 1}).status == 400


def test_keys_of_any_other_characters_are_kept(database):
    tree = {"Größe €": 1, "a b+c%2F&?=": {"😀": "日本"}, "\"'\\": 2, "-": True}
    database.put("odd", value=tree)
    assert database.get("odd") == tree
    assert database.get("odd", "a b+c%2F&?=", "😀") == "日本"


def test_a_key_of_768_bytes_is_the_longest(database):
    assert call(database, "PUT", "/a.json", {"k" * 768: 1}).status == 200
    for wrong in ("k" * 769, "é" * 385, "a/b"):
        assert call(database, "PUT", "/a.json", {wrong: 1}).status == 400


def test_a_tree_is_at_most_32_levels_deep(database):
    def deep(levels):
        return 1 if levels == 0 else {"d": deep(levels - 1)}
    assert call(database, "PUT", "/.json", deep(32)).status == 200
    assert call(database, "PUT", "/.json", deep(33)).status == 400
    assert call(database, "PUT", "/a/b.json", deep(31)).status == 400


def test_what_is_no_json_is_refused(database):
    for wrong in (b"", b"{", b"{'a': 1}", b"NaN", b"\xff"):
        answer = call(database, "PUT", "/a.json", raw=wrong)
        assert answer.status == 400 and "Invalid data" in answer.json["error"], wrong
    for wrong in ({".value": {"a": 1}}, {".value": 1, "a": 2}):
        assert call(database, "PUT", "/a.json", wrong).status == 400


def test_an_answer_above_the_limit_is_refused_and_its_parts_are_not(database):
    for part in range(3):
        database.put("big", str(part) + "x", value="y" * 9000)
    refused = call(database, "GET", "/big.json")
    assert refused.status == 400 and "exceeds the maximum size" in refused.json["error"]
    assert len(database.get("big", "0x")) == 9000
    assert set(database.get("big", query="?shallow=true")) == {"0x", "1x", "2x"}


def test_a_write_above_the_limit_changes_nothing(database):
    database.put("w", value=1)
    refused = call(database, "PUT", "/w.json", "y" * 10_000)
    assert refused.status == 400 and "exceeds the maximum size" in refused.json["error"]
    assert database.get("w") == 1
    assert call(database, "DELETE", "/w.json?writeSizeLimit=unlimited").status == 200
    assert call(database, "PUT", "/w.json?writeSizeLimit=huge", 1).status == 400


def test_rules_are_kept_as_they_are_written(database):
    assert set(call(database, "GET", "/.settings/rules.json").json) == {"rules"}
    text = b'{\n  // everyone reads\n  "rules": {".read": true, "a": {".write": "auth != null"}}\n}'
    assert call(database, "PUT", "/.settings/rules.json", raw=text).json == {"status": "ok"}
    assert call(database, "GET", "/.settings/rules.json").body == text
    for wrong in (b"{", b'{"a": 1}', b'{"rules": 1}'):
        assert call(database, "PUT", "/.settings/rules.json", raw=wrong).status == 400
    assert call(database, "GET", "/.settings/rules.json").body == text


def test_failures_come_in_the_order_that_a_test_asks_for(database):
    call(database, "POST", "/-control/failures", [503, 429])
    assert [call(database, "GET", "/a.json").status for _ in range(3)] == [503, 429, 200]
    assert json.loads(call(database, "POST", "/-control/requests").body)[-1] == "GET /a.json"


def test_a_path_without_its_ending_is_not_found(database):
    assert call(database, "GET", "/a").status == 404
