"""Pages in Chromium, on a made-up view."""

from __future__ import annotations

ENVIRONMENT = "athena-shown"


def test_a_person_signs_in_after_a_wrong_password_and_comes_to_the_page_that_was_asked_for(chromium, shown):
    assert chromium.run("signs_in", shown, ENVIRONMENT) == {}


def test_every_page_fits_names_all_its_parts_and_loads_nothing_foreign(chromium, shown):
    view = shown.folder / f"{ENVIRONMENT}.json"
    archive = view.read_text().split('"backup_id": "')[1].split('"')[0]
    base = f"/{ENVIRONMENT}"
    found = chromium.run("looks_around", shown, ENVIRONMENT, pages={
        "overview": base, "archives": f"{base}/archives", "archive": f"{base}/archives/{archive}",
        "restore": f"{base}/archives/{archive}/restore", "backup": f"{base}/backup", "history": f"{base}/history",
        "retention": f"{base}/retention", "audit": "/audit", "missing": f"{base}/archives/none",
        "environments": "/", "closed": "/athena-closed", "busy": "/athena-busy", "late": "/athena-late"})
    assert [line for line in found["problems"] if "404" not in line] == []


def test_the_keyboard_reaches_the_content_and_times_are_local_with_utc(chromium, shown):
    found = chromium.run("keyboard", shown, ENVIRONMENT)
    assert found["first"] == "Skip to the content"
    assert found["main"] == "main"
    assert "UTC)" in found["time"]


def test_a_viewer_sees_everything_and_can_start_nothing(chromium, shown):
    archive = (shown.folder / f"{ENVIRONMENT}.json").read_text().split('"backup_id": "')[1].split('"')[0]
    found = chromium.run("looks_only", shown, ENVIRONMENT, archive=archive)
    assert found["buttons"] == 0
    assert "You may look, but not change" in found["text"]


def test_a_session_that_nobody_uses_ends_at_the_login(chromium, shown):
    found = chromium.run("session_ends", shown, ENVIRONMENT, idle_seconds=6)
    assert found["address"].endswith(f"/login?next=%2F{ENVIRONMENT}%2Fhistory")


def test_wrong_passwords_lock_the_account_and_the_page_says_for_how_long(chromium, shown):
    found = chromium.run("is_locked_out", shown, ENVIRONMENT)
    assert "too many wrong passwords" in found["alert"]
    assert "minutes" in found["alert"]


def test_a_page_that_lost_contact_says_since_when_and_stops_when_the_session_is_over(chromium, shown):
    found = chromium.run("loses_contact", shown, "athena-busy")
    assert not found["before"]
    assert "No contact since" in found["offline"] and "tries again by itself" in found["offline"]
    assert "sign in again" in found["over"] and found["polls"] == 0
    assert found["address"].endswith("/athena-busy"), "the page stays: what was last known is on it"
