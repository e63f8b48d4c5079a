"""The stages of ci/test, in order."""

from __future__ import annotations

import argparse

from .stage import ARTIFACTS, ROOT, Stage

JOBS = "2"
FAULT_LANES = "5"
CONTRACT_SERVERS = ["mariadb", "mysql8", "registry", "registry-basic", "registry-token",
                    "registry-ecr", "moto", "elasticsearch", "opensearch", "firestore"]
BINARIES = {"ENVIRONMENT_BACKUP_BIN_DIR": str(ROOT / "build-release" / "bin")}
# a clone that belongs to another user is still to be checked
ANY_OWNER = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:abort_on_error=0",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}


def all_stages(options: argparse.Namespace) -> list[Stage]:
    return [
        Stage("packages", [["ci/packages"]], alone=True),
        Stage("lint", [["ci/lint"]], timeout_minutes=40, environment=ANY_OWNER, alone=True),
        # unit and contract tests run with sanitizers; whole binaries run as they are installed
        Stage("build", [["cmake", "--preset", "asan"],
                        ["cmake", "--build", "build-asan", "-j", JOBS]], alone=True),
        Stage("release", [["cmake", "--preset", "release", "-DBUILD_TESTING=OFF"],
                          ["cmake", "--build", "build-release", "-j", JOBS]], alone=True),
        _ctest("unit", "^unit$", alone=True),
        _pytest("admin", options, ["release"], alone=True),  # some of its tests measure time
        # two at a time from here on: those that take longest begin first
        *_faults(options),
        # each of its tests waits for a Java machine of its own
        _pytest("pipeline", options, ["release"], JOBS),
        _pytest("refusals", options, ["release"], report="refusals.txt"),
        _ctest("contract", "^(contract|long)$" if options.long else "^contract$",
               ["tests/services/with", *CONTRACT_SERVERS, "--"]),
        _pytest("integration", options, ["release"]),
        _pytest("jenkins", options, ["release"]),
        _pytest("contract/firebase", options, ["build"]),
        _pytest("browser", options, ["release"]),
        _pytest("services", options),
        # the tests of version 8 on version 9, where there is a Java that runs it
        *([_ctest("elasticsearch9", "^contract$", ["tests/services/with", "elasticsearch9", "--"],
                  "^elasticsearch: elasticsearch:", "contract/elasticsearch")] if options.long else []),
    ]


def _ctest(name: str, labels: str, before: list[str] | None = None, only: str = "",
           folder: str = "", alone: bool = False) -> Stage:
    junit = f"{name}.xml"
    command = ["ctest", "--test-dir", "build-asan", "-L", labels, "-j", JOBS,
               "--output-on-failure", "--timeout", "300", "--no-tests=ignore",
               "--output-junit", str(ARTIFACTS / junit), *(["-R", only] if only else [])]
    return Stage(name, [[*(before or []), *command]], needs=["build"], folder=f"tests/{folder or name}",
                 junit=[junit], environment=SANITIZERS, alone=alone)


def _pytest(folder: str, options: argparse.Namespace, needs: list[str] | None = None,
            jobs: str = "1", report: str = "", spread: str = "loadfile", alone: bool = False) -> Stage:
    name = folder.rpartition("/")[2]
    junit = f"{name}.xml"
    command = ["/usr/bin/python3", "-m", "pytest", f"tests/{folder}", "-ra",
               f"--junit-xml={ARTIFACTS / junit}", "-o", "junit_family=xunit2"]
    command += ["-n", jobs, "--dist", spread] if jobs != "1" else []
    command += ["--long"] if options.long else []
    command += ["--faults"] if options.faults else []
    return Stage(name, [command], needs=needs or [], folder=f"tests/{folder}", junit=[junit],
                 timeout_minutes=240 if options.long or options.faults else 30, report=report,
                 environment={**BINARIES, **SANITIZERS}, alone=alone)


def _faults(options: argparse.Namespace) -> list[Stage]:
    """A selection of the faults, or every one: then in lanes (tests/faults/lanes.py), fuzzers among them."""
    if not (options.long or options.faults):
        return [_pytest("faults", options, ["release"], report="faults.txt")]
    programs = Stage("fault-programs", [
        ["ci/packages", "fuzz"], ["cmake", "--preset", "fuzz"],
        ["cmake", "--build", "build-fuzz", "-j", JOBS, "--target", "fuzzers"], ["cmake", "--preset", "asan"],
        ["cmake", "--build", "build-asan", "-j", JOBS, "--target", "unit_state_test", "unit_archive_test"]],
        alone=True)
    return [programs, _pytest("faults", options, ["release", programs.name], FAULT_LANES, "faults.txt",
                              "loadgroup", alone=True)]
