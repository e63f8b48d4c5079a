"""Backup, restore, undo and pin in Chromium, with real pipelines and servers behind the page. In order: each
goes on where the one before left the environment."""

from __future__ import annotations

import json
import time


def test_a_backup_is_watched_to_its_end_and_a_second_one_is_refused(chromium, live):
    with live.gates.closed("verify"):
        flow = chromium.start("backs_up", live.site, live.sample.name, description="before the <b>bad</b> afternoon")
        live.gates.wait("verify")
        # the second request is refused while the first waits here
        wait_for_refusal(live)
    found = last_line(flow)
    assert found["refused"]["headline"] == "It was refused"
    assert "Another backup or restore was running" in found["refused"]["text"]
    assert found["ended"]["headline"] == "The backup is done"
    assert len(live.sample.backup_ids()) == 1


def test_damage_is_undone_by_a_restore_and_the_restore_by_its_undo(chromium, live):
    before = live.sample.fingerprints()
    live.sample.damage()
    damaged = live.sample.fingerprints()
    archive = live.sample.newest_backup()
    with live.gates.closed("restore"):
        flow = chromium.start("restores", live.site, live.sample.name, archive=archive)
        # however fast the restore is, its page is seen while it goes on
        wait_for(chromium.screen("restore-running"))
    found = last_line(flow)
    assert live.sample.name in found["wrong"]
    assert found["ended"]["headline"] == "The restore is done", found
    assert live.sample.fingerprints() == before
    undone = chromium.run("undoes", live.site, live.sample.name)
    assert undone["ended"]["headline"] == "The restore is undone", undone
    now = live.sample.fingerprints()
    # git's untracked files that an archive lacks are left alone by its restore
    left = damaged["deployment"].differences(now.pop("deployment"))
    assert [line for line in left if "notes of the night shift" not in line] == []
    assert now == {name: found for name, found in damaged.items() if name != "deployment"}


def test_an_archive_is_pinned_with_a_reason(chromium, live):
    found = chromium.run("pins", live.site, live.sample.name, archive=live.sample.backup_ids()[0])
    assert found["ended"]["headline"] == "Done", found
    assert found["pinned"] == 1


def test_the_page_of_a_request_needs_no_script(chromium, live):
    request = next((live.site.folder / "data" / "requests").glob("*.json")).stem
    found = chromium.run("watches_without_scripts", live.site, live.sample.name, without_scripts=True,
                         request=f"/{live.sample.name}/requests/{request}")
    assert found["refresh"] == 0, "it has ended"
    assert found["headline"]


def test_the_trail_tells_every_act_with_its_result(live):
    acts = [(line["action"], line["result"]) for line in live.site.service.audit() if line["action"] != "login"]
    for act in (("backup", "SUCCESS"), ("backup", "FAILURE"), ("restore", "SUCCESS"), ("undo", "SUCCESS"),
                ("pin", "SUCCESS")):
        assert act in acts


def wait_for_refusal(live) -> None:
    deadline = time.monotonic() + 120
    while not any(line["action"] == "backup" and line["result"] == "FAILURE" for line in live.site.service.audit()):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def wait_for(screen) -> None:
    deadline = time.monotonic() + 120
    while not screen.exists():
        assert time.monotonic() < deadline, f"no {screen.name}"
        time.sleep(0.1)


def last_line(flow) -> dict:
    return json.loads(flow.communicate(timeout=300)[0].splitlines()[-1])
