"""ci/jenkins: the files that make a controller agree with the pipelines and with each other."""

from __future__ import annotations

import ast
import functools
import glob
import json
import re
import subprocess

import pytest
from jenkins import ROOT, model

FOLDER = ROOT / "ci" / "jenkins"
BOUND = {"PROJECT_URL": "file:///project", "PROJECT_BRANCH": "main", "ENVIRONMENTS": "athena-test athena-production",
         "ADMIN_APP_USER": "athena-admin"}


@functools.cache
def jobs(**changed: str) -> dict[str, list[dict]]:
    """What environment_jobs.groovy says of each job."""
    java = sorted(glob.glob("/usr/lib/jvm/*17*/bin/java"))[0]
    bound = [f"{name}={value}" for name, value in {**BOUND, **changed}.items()]
    done = subprocess.run(
        [java, "-cp", "/usr/share/java/groovy-all.jar", "groovy.ui.GroovyMain", ROOT / "tests/pipeline/job_dsl.groovy",
         FOLDER / "jobs" / "environment_jobs.groovy", *bound], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    calls = json.loads(done.stdout)
    assert {call["name"] for call in calls} == {"pipelineJob"}
    return {call["arguments"][0]: call["inside"] for call in calls}


def find(calls: list[dict], *path: str) -> dict:
    """The call at the end of a path of blocks."""
    [found] = [call for call in calls if call["name"] == path[0]]
    return find(found["inside"], *path[1:]) if path[1:] else found


def file_of(job: list[dict]) -> str:
    return find(job, "definition", "cpsScm", "scriptPath")["arguments"][0]


def declared(job: list[dict]) -> dict[str, object]:
    """Parameters as their Jenkinsfile would write them: kind, default or choices, description, trim."""
    parameters = {}
    for call in find(job, "parameters")["inside"]:
        if call["name"] == "string":
            given = {inner["name"]: inner["arguments"][0] for inner in call["inside"]}
            name = given.pop("name")
            parameters[name] = {"kind": "string", **given}
        else:
            name, value, description = call["arguments"]
            kind = call["name"].removesuffix("Param").replace("boolean", "booleanParam")
            parameters[name] = {"kind": kind, "choices" if kind == "choice" else "defaultValue": value,
                                "description": description}
    return parameters


def written(jenkinsfile: str) -> dict[str, object]:
    """The parameters that a Jenkinsfile declares."""
    parameters = {}
    for kind, inside in re.findall(r"^        (string|choice|booleanParam)\((.*)\)$", (ROOT / jenkinsfile).read_text(), re.M):
        given = {name: ast.literal_eval({"true": "True", "false": "False"}.get(value, value)) for name, value in
                 re.findall(r"(\w+): ('(?:[^'\\]|\\.)*'|\[[^\]]*\]|true|false)", inside)}
        if kind == "string":
            given.setdefault("trim", False)
        name = given.pop("name")
        parameters[name] = {"kind": kind, **given}
    return parameters


def test_there_is_a_job_for_every_pipeline_and_a_pipeline_for_every_job():
    files = {file_of(job) for job in jobs().values()}
    assert files == {"Jenkinsfile", "Jenkinsfile.restore"} | {
        str(file.relative_to(ROOT)) for file in FOLDER.glob("Jenkinsfile.*")}
    for name, job in jobs().items():
        assert file_of(job) in ("Jenkinsfile", "Jenkinsfile.restore", f"ci/jenkins/Jenkinsfile.{name}")


@pytest.mark.parametrize("name", ["backup-environment", "restore-environment", "prune-archives", "manage-archive",
                                  "verify-archives", "reconcile-environment", "check-backups"])
def test_a_job_declares_every_parameter_exactly_as_its_pipeline_does(name):
    job = jobs()[name]
    parameters = written(file_of(job))
    assert parameters.keys() == {p["name"] for p in model(file_of(job))["parameters"]}
    assert declared(job) == parameters


def test_a_nightly_backup_is_started_for_every_environment_and_tried_again_each_hour():
    trigger = find(jobs()["backup-environment"], "properties", "pipelineTriggers", "triggers", "parameterizedCron",
                   "parameterizedSpecification")
    assert trigger["arguments"][0].splitlines() == [
        "H 2-23 * * * %Environment=athena-test;Description=nightly",
        "H 2-23 * * * %Environment=athena-production;Description=nightly"]


def test_nothing_that_changes_live_data_or_archives_by_itself_has_a_timer():
    timed = {name for name, job in jobs().items() if any(call["name"] == "properties" for call in job)}
    assert timed == {"backup-environment", "verify-archives", "check-backups"}


def test_the_admin_interface_may_build_and_read_the_jobs_and_no_more():
    for job in jobs().values():
        assert find(job, "authorization", "userPermissions")["arguments"] == [
            "athena-admin", ["hudson.model.Item.Build", "hudson.model.Item.Read"]]
    for job in jobs(ADMIN_APP_USER="").values():
        assert not any(call["name"] == "authorization" for call in job)


def casc() -> dict:
    yaml = pytest.importorskip("yaml", reason="python3-yaml is not installed")
    return yaml.safe_load((FOLDER / "casc.yaml").read_text())


def test_only_administrators_may_replay_or_configure():
    entries = casc()["jenkins"]["authorizationStrategy"]["projectMatrix"]["entries"]
    rights = {entry["user"]["name"]: set(entry["user"]["permissions"]) for entry in entries}
    assert rights == {"admin": {"Overall/Administer"}, "athena-admin": {"Overall/Read"},
                      "operator": {"Overall/Read", "View/Read", "Job/Read", "Job/Build", "Job/Cancel"}}


def test_every_agent_has_the_label_of_its_environment_and_four_executors():
    for node in casc()["jenkins"]["nodes"]:
        agent = node["permanent"]
        assert agent["labelString"] == f"environment-{agent['name']}"
        assert agent["numExecutors"] >= 4


def test_the_credentials_of_an_agent_are_named_as_the_library_looks_for_them():
    document = casc()
    ids = {facts["id"] for entry in document["credentials"]["system"]["domainCredentials"][0]["credentials"]
           for kind, facts in entry.items() if kind == "string"}
    for node in document["jenkins"]["nodes"]:
        [variables] = [p["envVars"]["env"] for p in node["permanent"]["nodeProperties"]]
        names = {v["key"]: v["value"] for v in variables}["ENVIRONMENT_SECRETS"].split()
        for name in names:
            assert f"{node['permanent']['name']}-{name.lower().replace('_', '-')}" in ids


def test_no_secret_stands_in_a_file_of_the_controller():
    for file in (FOLDER / "casc.yaml", FOLDER / "compose.yaml"):
        for line in file.read_text().splitlines():
            secret = re.match(r"\s*(?:- )?(?:key: )?\w*(?:password|secret|PASSWORD)\w*:\s*(.+)", line)
            assert not secret or "${" in secret[1], line


def test_every_variable_of_the_controller_is_set_by_compose_or_has_a_default():
    lines = [line for line in (FOLDER / "casc.yaml").read_text().splitlines() if not line.strip().startswith("#")]
    wanted = set(re.findall(r"\$\{(\w+)\}", "\n".join(lines)))
    compose = (FOLDER / "compose.yaml").read_text()
    assert [name for name in wanted if not re.search(rf"^      {name}:", compose, re.MULTILINE)] == []


def test_plugins_are_pinned_and_every_step_of_the_library_has_its_plugin():
    lines = [line for line in (FOLDER / "plugins.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+:\d[\w.-]*", line) for line in lines)
    names = {line.split(":")[0] for line in lines}
    assert len(names) == len(lines)
    assert {"pipeline-utility-steps", "credentials-binding", "junit", "mailer", "timestamper", "parameterized-scheduler",
            "job-dsl", "matrix-auth", "configuration-as-code"} <= names


def test_the_page_for_people_knows_every_job_and_its_timer():
    page = (ROOT / "docs" / "jenkins.md").read_text()
    for name, job in jobs(ENVIRONMENTS="athena-production").items():
        timer = [call for call in job if call["name"] == "properties"]
        cell = find(timer, "properties", "pipelineTriggers", "triggers", "parameterizedCron",
                    "parameterizedSpecification")["arguments"][0] if timer else ""
        shown = f"| `{name}` | `{file_of(job)}` | " + (f"`{cell}` |" if cell else "|")
        assert shown in page, shown


def test_the_environment_of_the_demo_is_valid(bin_dir, tmp_path):
    environment = FOLDER / "demo" / "environment.json"
    done = subprocess.run([bin_dir / "operation", "status", "--environment-file", environment, "--environment",
                           "athena-demo"], capture_output=True, text=True, check=False)
    assert done.returncode == 10, done.stderr
    assert "has no state file" in done.stderr


def test_no_pin_has_a_published_security_advisory():
    pins = dict(line.split(":") for line in (FOLDER / "plugins.txt").read_text().splitlines() if ":" in line and line[0] != "#")
    for plugin, newest_affected in (("script-security", 1412), ("pipeline-groovy-lib", 798)):
        assert int(pins[plugin].split(".")[0]) > newest_affected
    assert core() >= (2, 568, 3)


def core() -> tuple[int, ...]:
    return tuple(map(int, re.search(r"jenkins/jenkins:([\d.]+)-lts-jdk21", (FOLDER / "Dockerfile").read_text())[1].split(".")))


@pytest.mark.parametrize("file", ["ci/jenkins/plugins.txt", "docs/jenkins.md", "tests/jenkins/run"])
def test_every_place_names_the_core_that_is_pinned_and_its_java(file):
    text = (ROOT / file).read_text()
    assert ".".join(map(str, core())) in text and "Java 21" in text and "2.541.3" in text
