"""The maintenance step within an operation, on a real nginx that looks at the flag file."""

from __future__ import annotations

import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from services.nginx import Nginx
from services.server import program_available
from support.deployment import Deployment

BUILD = {"BUILD_URL": "http://jenkins/job/1/"}
SITE = """\
    set $maintenance_flag {flag};
    set $maintenance_root {root}/share/nginx;
    include {root}/share/nginx/maintenance.conf;
"""


class Environment(Deployment):
    def __init__(self, folder, bin_dir, site: Nginx, **maintenance):
        super().__init__(folder, bin_dir, maintenance={
            "flag_file": str(folder / "maintenance.flag"), "probe_url": f"{site.url}/",
            "probe_timeout_seconds": 10, **maintenance})
        self.site = site

    def begin_operation(self, kind="backup") -> dict[str, str]:
        begun = self.begin(kind, **BUILD)
        assert begun.code == 0, begun
        return {"OPERATION_ID": begun.result["operation_id"], **BUILD}

    def visitor_sees(self) -> int:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.site.url, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def returns_to(self):
        return self.rows("SELECT maintenance_return FROM environment")[0][0]


@pytest.fixture
def make(tmp_path, bin_dir, root):
    usable, reason = program_available("nginx")
    if not usable:
        pytest.skip(f"nginx: {reason}")
    with Nginx(SITE.format(flag=tmp_path / "maintenance.flag", root=root)) as site:
        yield lambda **maintenance: Environment(tmp_path, bin_dir, site, **maintenance)


def test_on_locks_users_out_and_off_lets_them_back(make):
    environment = make()
    operation = environment.begin_operation()
    on = environment.run("maintenance", "on", **operation)
    assert on.code == 0, on
    assert on.result["maintenance"] == "on"
    assert environment.visitor_sees() == 503
    assert environment.returns_to() == 0
    assert operation["OPERATION_ID"] in environment.flag.read_text()
    off = environment.run("maintenance", "off", **operation)
    assert off.code == 0, off
    assert off.result["maintenance"] == "off"
    assert environment.visitor_sees() == 200
    assert environment.returns_to() is None


def test_both_can_be_repeated(make):
    environment = make()
    operation = environment.begin_operation()
    for verb, sees in (("on", 503), ("on", 503), ("off", 200), ("off", 200), ("on", 503)):
        assert environment.run("maintenance", verb, **operation).code == 0
        assert environment.visitor_sees() == sees


def test_maintenance_that_was_on_by_hand_stays_on(make):
    environment = make()
    environment.flag.write_text("closed by hand for the weekend\n")
    operation = environment.begin_operation()
    assert environment.run("maintenance", "on", **operation).code == 0
    assert environment.returns_to() == 1
    assert environment.run("maintenance", "off", **operation).code == 0
    assert environment.visitor_sees() == 503
    assert environment.flag.read_text() == "closed by hand for the weekend\n"
    assert environment.run("operation", "finish", **BUILD).code == 0
    assert environment.visitor_sees() == 503


def test_finish_after_an_abort_lets_users_back(make):
    environment = make()
    operation = environment.begin_operation()
    assert environment.run("maintenance", "on", **operation).code == 0
    assert environment.run("operation", "finish", **BUILD).code == 0
    assert environment.visitor_sees() == 200
    assert environment.returns_to() is None


def test_off_is_refused_while_the_environment_is_closed(make):
    environment = make()
    operation = environment.begin_operation()
    assert environment.run("maintenance", "on", **operation).code == 0
    environment.write("UPDATE environment SET state = 'destroyed'")
    off = environment.run("maintenance", "off", **operation)
    assert off.code == 18, off
    assert environment.visitor_sees() == 503
    assert environment.returns_to() == 0


def test_a_site_that_ignores_the_flag_is_no_maintenance(make):
    environment = make(flag_file="/dev/shm/environment-backup-no-such.flag", probe_timeout_seconds=1)
    operation = environment.begin_operation()
    on = environment.run("maintenance", "on", **operation)
    assert on.code == 18, on
    assert "answers 200" in on.err and "hint: " in on.err
    assert environment.run("operation", "finish", **BUILD).code == 0
    assert environment.returns_to() is None
    assert environment.run("maintenance", "status").result["flagged"] is False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_step_that_is_ended_midway_is_made_good_by_finish(make, number):
    environment = make(on_command=["sleep", "60"])
    operation = environment.begin_operation()
    step = environment.start("maintenance", "on", **operation)
    deadline = time.monotonic() + 10
    while not environment.flag.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    begun = time.monotonic()
    step.send_signal(number)
    step.communicate(timeout=20)
    assert time.monotonic() - begun < 10
    assert step.returncode == (143 if number == signal.SIGTERM else -9)
    assert environment.visitor_sees() == 503
    assert environment.returns_to() == 0
    assert environment.run("operation", "finish", **BUILD).code == 0
    assert environment.visitor_sees() == 200


def test_without_an_operation_nothing_is_touched(make):
    environment = make()
    assert environment.run("maintenance", "on").code == 2
    assert environment.run("maintenance", "on", OPERATION_ID="op-0123456789abcdef").code != 0
    assert environment.run("maintenance").code == 2
    assert environment.run("maintenance", "sideways").code == 2
    assert not environment.flag.exists()


def test_an_ended_operation_cannot_turn_it(make):
    environment = make()
    operation = environment.begin_operation()
    assert environment.run("operation", "finish", **BUILD).code == 0
    assert environment.run("maintenance", "on", **operation).code == 18
    assert not environment.flag.exists()


def test_commands_run_in_order_and_a_failing_one_is_named(make, tmp_path):
    note = ["sh", "-c", f'echo "$0" >> {tmp_path}/notes']
    environment = make(on_command=[*note, "on"], quiesce_command=[*note, "quiesce"],
                       resume_command=[*note, "resume"], off_command=[*note, "off"])
    operation = environment.begin_operation()
    assert environment.run("maintenance", "on", **operation).code == 0
    assert environment.run("maintenance", "off", **operation).code == 0
    assert (tmp_path / "notes").read_text().split() == ["on", "quiesce", "resume", "off"]


def test_the_step_loads_no_library_that_starts_slowly(bin_dir):
    needed = subprocess.run(["ldd", bin_dir / "maintenance"], capture_output=True, text=True,
                            check=True).stdout
    for library in ("libcurl", "libmariadb", "libssl", "libarchive"):
        assert library not in needed
