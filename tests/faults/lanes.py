"""Every fault takes hours one after the other, most of it spent waiting. So they go side by side, one lane
a process (`pytest -n 5 --dist loadgroup`): two lanes with a sample environment of their own, one for what
mostly waits, two for the fuzzers, which take only the processor time that the others leave."""

from __future__ import annotations

OF_FILE = {"test_broken_line": "sample 2", "test_crash_order": "sample 1", "test_full_disk": "sample 1",
           "test_older_server": "sample 1", "test_recovery": "sample 1"}


def every(config) -> bool:
    return config.getoption("--long") or config.getoption("--faults")


def lane_of(item) -> str:
    name = item.path.stem
    values = item.callspec.params if hasattr(item, "callspec") else {}
    if name == "test_kills":
        return f"sample {1 + values['number'] % 2}"
    if name == "test_fuzzers":
        return f"fuzzers {1 + values['number'] % 2}"
    return OF_FILE.get(name, "waits")
