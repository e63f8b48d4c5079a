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

from . import scale
from .metric import Measured


@dataclass
class Report:
    measured: list[Measured] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)  # bench, reason
    broken: list[tuple[str, str]] = field(default_factory=list)  # bench, trouble
    notes: list[tuple[str, str]] = field(default_factory=list)  # heading, Markdown

    @property
    def short(self) -> list[Measured]:
        return [one for one in self.measured if not one.ok]

    def save(self, folder: Path, root: Path) -> list[Path]:
        """Benches run one at a time on one day share a report: a metric replaces its older figures."""
        machine = describe_machine()
        now = datetime.now(timezone.utc)
        stem = f"{now:%Y-%m-%d}-{_file_name(machine['processor'])}-{machine['cores']}-cores"
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{stem}.md", folder / f"{stem}.json"]
        before = json.loads(paths[1].read_text()) if paths[1].exists() else {}
        origin = {"measured_at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "commit": _commit(root), "load": machine["load"]}
        metrics = {one["name"]: one for one in before.get("metrics", [])}
        metrics |= {one.metric.name: {**as_json(one), **origin} for one in self.measured}
        document = {"machine": machine, "metrics": list(metrics.values()),
                    "skipped": [{"bench": name, "reason": reason}
                                for name, reason in [*self.skipped, *self.broken]],
                    "notes": {**before.get("notes", {}), **dict(self.notes),
                              **scale.note(metrics.values())}}
        paths[0].write_text(markdown(document))
        paths[1].write_text(json.dumps(document, indent=1) + "\n")
        return paths


def markdown(document: dict) -> str:
    machine = document["machine"]
    lines = ["# Measured against the peers", "",
             f"{machine['processor']}, {machine['cores']} cores, {machine['memory']}, {machine['system']}. Ours and "
             "its peer in turn, medians of the rounds; a ratio is the median of the rounds' ratios. Load is that of "
             "the last quarter of an hour: with other work beside it, seconds grow, ratios less.", "",
             "| work | ours | peer | ratio | spread | target | | measured at | load |",
             "|---|---|---|---|---|---|---|---|---|"]
    lines += [_row(one) for one in document["metrics"]]
    lines += [f"| {one['bench']} | - | - | - | - | - | not measured: {one['reason']} | | |"
              for one in document["skipped"]]
    for heading, text in document["notes"].items():
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


def _row(one: dict) -> str:
    unit, compared = one["unit"], "peer" in one
    cells = [one["name"], f"{one['ours']:.4g} {unit}", f"{one['peer']:.4g} {unit}" if compared else "-",
             f"{one['ratio']:.3f}" if compared else "-", "{:.4g}..{:.4g}".format(*one["spread"]),
             f"{one['target']:g}" if compared else f"{one['target']:g} {unit}", "ok" if one["ok"] else "short",
             one["measured_at"], one["load"]]
    return f"| {' | '.join(cells)} |"


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
