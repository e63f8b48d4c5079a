"""Counts tests from the JUnit files that ctest and pytest write."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Results:
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: "Results") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    @property
    def ran(self) -> int:
        return self.passed + len(self.failed)


def read_junit(path: Path) -> Results:
    """Results of one file; a file that is missing or cut short holds none."""
    results = Results()
    try:
        cases = ElementTree.parse(path).getroot().iter("testcase")
    except (OSError, ElementTree.ParseError):
        return results
    for case in cases:
        _add_case(results, case)
    return results


def _add_case(results: Results, case: ElementTree.Element) -> None:
    name = _name(case)
    skipped = case.find("skipped")
    if case.find("failure") is not None or case.find("error") is not None or _catch_failed(case):
        results.failed.append(name)
    elif skipped is not None or case.get("status") in ("notrun", "disabled"):
        results.skipped.append((name, _reason(case, skipped)))
    else:
        results.passed += 1


def _catch_failed(case: ElementTree.Element) -> bool:
    """ctest takes a test that says `skipped: ` for skipped even when an assertion failed as well."""
    output = (case.findtext("system-out") or "").splitlines()
    return any(line.rstrip().endswith(": FAILED:") for line in output)


def _name(case: ElementTree.Element) -> str:
    folder, name = case.get("classname", ""), case.get("name", "")
    return name if folder in ("", name) else f"{folder}::{name}"


def _reason(case: ElementTree.Element, skipped: ElementTree.Element | None) -> str:
    """pytest gives the reason as the message; a Catch2 test prints a line `skipped: reason`."""
    for line in (case.findtext("system-out") or "").splitlines():
        if line.strip().startswith("skipped: "):
            return line.strip().removeprefix("skipped: ")
    return "" if skipped is None else skipped.get("message", "")
