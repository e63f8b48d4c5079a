"""Firestore on Google's emulator: what was there before is there again, by another client's word."""

from __future__ import annotations

import subprocess
import time

import pytest

from .data_set import AWKWARD, every_value, tree
from .walker import Walker


@pytest.fixture
def site(firestore, make_stages):
    return make_stages(section(firestore))


def section(firestore, collections=("*",), database="(default)") -> dict:
    return {"firestore": {"endpoint": firestore.url,
                          "databases": [{"id": database, "collections": list(collections)}]}}


def awkward_documents(root: str) -> dict[str, dict]:
    values = every_value(root)
    documents = {f"every/{name}": values for name in AWKWARD}
    documents |= {f"every/ümläut/below/{name}": {"n": {"stringValue": name}} for name in AWKWARD}
    documents |= {f"nothing here/{name}/some thing/x": {} for name in AWKWARD}
    documents["every-other/x"] = {"a": {"integerValue": "1"}}  # sorts between "every" and "every/"
    return documents


def round_trip(site) -> None:
    site.run("destroy")
    site.run("restore")
    assert site.run("prove").stdout == ""


def test_every_type_of_value_and_name_comes_back(site, firestore):
    walker = Walker(firestore.url, site.project)
    walker.write(awkward_documents(walker.root))
    before = walker.documents()
    assert len(before) == 3 * len(AWKWARD) + 1
    site.capture()
    assert site.run("prove").stdout == ""

    site.run("destroy")
    assert walker.documents() == before  # nothing goes before its replacement is there
    walker.remove(list(before))
    differences = site.run("prove", 15).stdout
    assert f"firestore (default) every/*/below: expected {len(AWKWARD)} documents, found 0" in differences
    site.run("restore")
    assert walker.documents() == before
    assert site.run("prove").stdout == ""


def test_fifty_thousand_documents_in_five_levels_come_back(site, firestore, scale):
    walker = Walker(firestore.url, site.project)
    documents = tree(2_500 * scale)
    walker.write(documents)
    site.capture()
    contents = site.detail()["parts"]["firestore"]["databases"][0]["contents"]
    assert {shape: sum["documents"] for shape, sum in contents.items()} == {
        "level1" + "".join(f"/*/level{level}" for level in range(2, depth + 1)): 500 * scale
        for depth in range(1, 6)}
    round_trip(site)
    after = {}
    for level in range(1, 6):
        after |= walker.group(f"level{level}")
    assert after.keys() == documents.keys()
    assert all(after[path]["number"] == documents[path]["number"] and
               after[path]["text"] == documents[path]["text"] for path in documents)


def test_a_restore_undoes_what_was_changed_added_and_removed_and_touches_nothing_else(firestore, make_stages):
    site = make_stages(section(firestore, ["users", "sites/a/pages"]))
    walker = Walker(firestore.url, site.project)
    walker.write({"users/1": {"a": {"integerValue": "1"}}, "users/1/orders/1": {}, "users/2": {},
                  "sites/a": {"own": {"booleanValue": True}}, "sites/a/pages/1": {},
                  "sites/b/pages/1": {}, "users2/1": {}})
    before = walker.documents()
    site.capture()
    outside = {"sites/a": {"changed": {"booleanValue": True}}, "sites/b/pages/2": {}, "users2/2": {}}
    walker.write({"users/1": {"a": {"integerValue": "2"}}, "users/3": {}, "users/1/notes/1": {}, **outside})
    walker.remove(["users/2", "sites/a/pages/1"])
    differences = site.run("prove", 15).stdout
    assert "firestore (default) users: expected 2 documents with checksum" in differences
    assert "firestore (default) users/*/notes: expected 0 documents, found 1 documents" in differences
    round_trip(site)
    assert walker.documents() == {**before, **outside}


def test_references_follow_the_documents_into_another_project(site, firestore, make_stages):
    there = Walker(firestore.url, site.project)
    there.write({"a/1": {"own": {"referenceValue": f"{there.root}/a/2"},
                         "foreign": {"referenceValue": "projects/elsewhere/databases/(default)/documents/a/2"}}})
    site.capture()
    other = make_stages(section(firestore))
    other.archive = site.archive
    round_trip(other)
    here = Walker(firestore.url, other.project)
    assert here.documents() == {"a/1": {
        "own": {"referenceValue": f"{here.root}/a/2"},
        "foreign": {"referenceValue": "projects/elsewhere/databases/(default)/documents/a/2"}}}


def test_every_configured_database_is_held_on_its_own(firestore, make_stages):
    site = make_stages({"firestore": {"endpoint": firestore.url, "databases": [
        {"collections": ["*"]}, {"id": "second", "collections": ["a"]}]}})
    first = Walker(firestore.url, site.project)
    second = Walker(firestore.url, site.project, "second")
    first.write({"a/1": {"in": {"stringValue": "first"}}})
    second.write({"a/1": {"in": {"stringValue": "second"}}, "b/1": {}})
    site.capture()
    second.write({"a/1": {}, "b/2": {}})
    round_trip(site)
    assert first.documents() == {"a/1": {"in": {"stringValue": "first"}}}
    assert second.documents() == {"a/1": {"in": {"stringValue": "second"}}, "b/1": {}, "b/2": {}}


def test_a_database_holds_nothing_until_a_document_lies_outside_the_published_view(site, firestore):
    site.configure({**section(firestore), "publish": {"firestore": {"document": "backups/athena"}}})
    walker = Walker(firestore.url, site.project)
    assert site.holds() == ""
    walker.write({"backups/athena": {}, "backups/athena/archives/1": {}})
    assert site.holds() == ""
    walker.write({"sites/missing/pages/1": {}})
    assert site.holds() == "documents in collection sites of Firestore database (default)"
    site.configure(section(firestore, ["backups"]))
    assert site.holds() == "documents in collection backups of Firestore database (default)"
    site.configure(section(firestore, ["sites/missing/words"]))
    assert site.holds() == ""


def test_an_archive_of_collections_that_are_not_configured_is_refused(site, firestore):
    Walker(firestore.url, site.project).write({"a/1": {}})
    site.capture()
    site.configure(section(firestore, ["a"]))
    assert "not configured" in site.run("destroy", 19).stderr


def test_a_restore_that_is_killed_is_taken_up_where_it_ended(site, firestore):
    walker = Walker(firestore.url, site.project)
    documents = tree(2_500, filler=6_000)
    walker.write(documents)
    site.capture()
    chunks = [member["name"] for member in site.manifest()["members"] if member.get("resource") == "firebase"]
    assert len(chunks) > 3
    walker.remove(list(documents))
    walker.write({"level1/stray": {}})
    site.run("destroy")
    kill_when_documents_arrive(site, walker)
    arrived = sum(len(walker.group(f"level{level}")) for level in range(1, 6))
    assert 1 < arrived < len(documents)
    assert "stray" in str(walker.group("level1").keys())  # what is too many goes last

    site.run("restore")
    assert site.run("prove").stdout == ""
    assert sum(len(walker.group(f"level{level}")) for level in range(1, 6)) == len(documents)


def kill_when_documents_arrive(site, walker) -> None:
    process = subprocess.Popen(site.argv("restore"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(walker.group("level1")) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert process.poll() is None, "the restore ended before it could be killed"
    process.kill()
    process.wait()


def test_documents_that_are_equal_are_not_written_again(site, firestore):
    walker = Walker(firestore.url, site.project)
    walker.write({"a/same": {"n": {"integerValue": "1"}}, "a/changed": {"n": {"integerValue": "2"}}, "a/gone": {}})
    site.capture()
    written = {path: walker.written_at(path) for path in ("a/same", "a/changed")}
    walker.write({"a/changed": {"n": {"integerValue": "3"}}, "a/new": {}})
    walker.remove(["a/gone"])
    round_trip(site)
    assert walker.written_at("a/same") == written["a/same"]
    assert walker.written_at("a/changed") > written["a/changed"]
    assert sorted(walker.documents()) == ["a/changed", "a/gone", "a/same"]
