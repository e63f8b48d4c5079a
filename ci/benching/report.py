"""What a run of benches leaves behind: one table for people and the same figures as JSON, by date and
machine, under tests/bench/results/."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

from .metric import Measured


@dataclass
class Report:
    measured: list[Measured] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)  # bench, reason
    notes: list[tuple[str, str]] = field(default_factory=list)  # heading, Markdown

    @property
    def short(self) -> list[Measured]:
        return [one for one in self.measured if not one.ok]

    def save(self, folder: Path, root: Path) -> list[Path]:
        machine = describe_machine()
        now = datetime.now(timezone.utc)
        stem = f"{now:%Y-%m-%d}-{_file_name(machine['processor'])}-{machine['cores']}-cores"
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{stem}.md", folder / f"{stem}.json"]
        document = {"measured_at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "commit": _commit(root),
                    "machine": machine, "metrics": [as_json(one) for one in self.measured],
                    "skipped": [{"bench": name, "reason": reason} for name, reason in self.skipped],
                    "notes": dict(self.notes)}
        paths[0].write_text(self.markdown(document))
        paths[1].write_text(json.dumps(document, indent=1) + "\n")
        return paths

    def markdown(self, document: dict) -> str:
        machine = document["machine"]
        lines = [f"# Measured on {document['measured_at']}", "",
                 f"{machine['processor']}, {machine['cores']} cores, {machine['memory']}, "
                 f"{machine['system']}; commit {document['commit']}; load {machine['load']} over the last quarter of "
                 "an hour. Ours and its peer in turn, "
                 "medians of the rounds; a ratio is the median of the rounds' ratios.", "",
                 "| work | ours | peer | ratio | spread | target | |", "|---|---|---|---|---|---|---|"]
        lines += [_row(one) for one in self.measured]
        lines += [f"| {name} | - | - | - | - | - | not measured: {reason} |"
                  for name, reason in self.skipped]
        for heading, text in self.notes:
            lines += ["", f"## {heading}", "", text.strip()]
        return "\n".join(lines) + "\n"


def as_json(measured: Measured) -> dict:
    metric = measured.metric
    found = {"name": metric.name, "unit": metric.unit, "target": metric.target,
             "ours": median(measured.ours), "ours_rounds": measured.ours,
             "spread": [min(measured.values), max(measured.values)], "ok": measured.ok}
    if measured.peer:
        found |= {"peer": median(measured.peer), "peer_rounds": measured.peer,
                  "ratio": median(measured.values)}
    return found


def describe_machine() -> dict:
    kib = int(_first("/proc/meminfo", r"MemTotal:\s*(\d+)", "0"))
    return {"processor": _first("/proc/cpuinfo", r"model name\s*:\s*(.+)", platform.machine()),
            "cores": os.cpu_count(),
            "memory": f"{kib / 1e6:.0f} GB",
            "load": f"{os.getloadavg()[2]:.1f}",
            "system": _first("/etc/os-release", r'PRETTY_NAME="(.+)"', platform.system())}


def _row(measured: Measured) -> str:
    name, ours, peer, ratio, spread, target, verdict = measured.line().split()
    return f"| {name} | {ours} | {peer} | {ratio} | {spread} | {target} | {verdict} |"


def _first(path: str, pattern: str, otherwise: str) -> str:
    try:
        found = re.search(pattern, Path(path).read_text())
    except OSError:
        found = None
    return found.group(1).strip() if found else otherwise


def _file_name(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _commit(root: Path) -> str:
    done = subprocess.run(["git", "-C", str(root), "describe", "--always", "--dirty"],
                          capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
