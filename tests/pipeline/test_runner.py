"""ci/pipeline/run itself: it does as Jenkins does, and stops at whatever it does not know."""

from __future__ import annotations

import re
import subprocess
import time

import pytest
from jenkins import ROOT

ONE_STAGE = "stage('One') {{ steps {{ {} }} }}"


def refused(jenkins, pipeline, *words):
    build = jenkins.run(pipeline)
    assert build.exit_code == 2, build.log
    assert "Finished" not in build.log
    for word in words:
        assert word in build.log
    return True


def library_run(jenkins, steps, **variables):
    return jenkins.run(jenkins.stages(ONE_STAGE.format(steps)), "--library", jenkins.library(**variables))


# --- results, order, post ---

def test_stages_run_in_order_and_the_log_names_them(jenkins):
    build = jenkins.run(jenkins.stages("stage('One') { steps { echo 'first' } }\n stage('Two') { steps { echo 'second' } }"))
    wanted = ["[Pipeline] stage (One)", "first", "[Pipeline] stage (Two)", "second", "Finished: SUCCESS"]
    assert [line for line in build.lines if line in wanted] == wanted
    assert build.exit_code == 0


def test_a_failure_skips_the_later_stages_and_post_still_runs(jenkins):
    post = "post { cleanup { echo 'c' }\n failure { echo 'f' }\n success { echo 's' }\n always { echo 'a' }\n" \
           "unsuccessful { echo 'u' }\n aborted { echo 'x' } }"
    build = jenkins.run(jenkins.stages("stage('One') { steps { sh 'exit 7' } }\n stage('Two') { steps { echo 'second' } }", post))
    assert 'Stage "Two" skipped due to earlier failure(s)' in build.lines
    assert "second" not in build.lines
    assert [line for line in build.lines if line in set("cfsaux")] == ["a", "u", "f", "c"]
    assert "ERROR: script returned exit code 7" in build.lines
    assert (build.exit_code, build.result) == (1, "FAILURE")


def test_a_failure_in_post_fails_the_build(jenkins):
    build = jenkins.run(jenkins.stages(ONE_STAGE.format("echo 'a'"), "post { always { error 'late' } }"))
    assert (build.exit_code, build.result) == (1, "FAILURE")
    assert "Error when executing always post condition:" in build.lines


def test_a_condition_that_is_false_skips_its_stage_only(jenkins):
    build = jenkins.run(jenkins.stages(
        "stage('One') { when { expression { params.Environment == 'other' } }\n steps { echo 'first' } }\n"
        "stage('Two') { when { expression { params.Environment == 'athena-test' } }\n steps { echo 'second' } }"))
    assert 'Stage "One" skipped due to when conditional' in build.lines
    assert "first" not in build.lines and "second" in build.lines
    assert build.result == "SUCCESS"


def test_a_timeout_stops_its_step_and_aborts_the_build(jenkins):
    build = jenkins.run(jenkins.stages(
        "stage('One') { options { timeout(time: 1, unit: 'SECONDS') }\n steps { sh 'sleep 30' } }\n"
        "stage('Two') { steps { echo 'second' } }", "post { aborted { echo 'stopped' } }"))
    assert (build.exit_code, build.result) == (143, "ABORTED")
    assert "stopped" in build.lines and "second" not in build.lines
    assert "Timeout has been exceeded" in build.lines


def test_a_shell_stops_at_its_first_failing_command_and_shows_each(jenkins):
    build = jenkins.run(jenkins.stages(ONE_STAGE.format("sh 'echo one; false; echo two'")))
    assert "+ echo one" in build.lines and "one" in build.lines
    assert "two" not in build.lines
    assert build.result == "FAILURE"


def test_catch_error_makes_the_build_red_and_goes_on(jenkins):
    steps = "catchError(buildResult: 'FAILURE', stageResult: 'FAILURE', catchInterruptions: false) { error 'no' }\n echo 'on'"
    build = jenkins.run(jenkins.stages(ONE_STAGE.format(steps) + "\n stage('Two') { steps { echo 'second' } }"))
    assert "on" in build.lines and "second" in build.lines
    assert (build.exit_code, build.result) == (1, "FAILURE")


def test_timestamps_stand_before_each_line_when_asked_for(jenkins):
    build = jenkins.run("Jenkinsfile")
    stamped = [line for line in build.log.splitlines() if re.match(r"\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] ", line)]
    assert len(stamped) > 20


# --- environment ---

def test_parameters_and_build_variables_are_in_the_environment(jenkins):
    build = jenkins.run(jenkins.stages(ONE_STAGE.format(
        "sh 'echo \"<$Environment $JOB_NAME $BUILD_NUMBER $BUILD_URL $STAGE_NAME>\"'")),
        "--job", "j", "--build-number", "4")
    assert "<athena-test j 4 http://127.0.0.1/job/j/4/ One>" in build.lines


def test_with_env_holds_for_its_body_only_and_an_empty_value_removes(jenkins):
    build = jenkins.run(jenkins.stages(ONE_STAGE.format(
        "withEnv(['A=1', 'Environment=']) { sh 'echo \"<$A ${Environment-none}>\"' }\n sh 'echo \"<${A-none} $Environment>\"'")))
    assert "<1 none>" in build.lines
    assert "<none athena-test>" in build.lines


def test_a_credential_is_masked_in_the_log(jenkins, tmp_path):
    (tmp_path / "secret").write_text("s3cr3t-value\n")
    build = jenkins.run(jenkins.stages(ONE_STAGE.format(
        "withCredentials([string(credentialsId: 'c', variable: 'PW')]) { sh 'echo \"<$PW> ${#PW}\"' }")),
        "--credential", f"c={tmp_path / 'secret'}")
    assert "<****> 12" in build.lines
    assert "s3cr3t" not in build.log


def test_a_credential_that_is_not_there_fails_the_build(jenkins):
    build = jenkins.run(jenkins.stages(ONE_STAGE.format(
        "withCredentials([string(credentialsId: 'c', variable: 'PW')]) { echo 'a' }")))
    assert "ERROR: Could not find credentials entry with ID 'c'" in build.lines
    assert build.result == "FAILURE"


def test_two_builds_get_two_numbers_and_workspaces(jenkins):
    pipeline = jenkins.stages(ONE_STAGE.format("sh 'echo \"<$WORKSPACE>\"'"))
    job = f"test-of-numbers-{jenkins.folder.name}"
    command = [ROOT / "ci/pipeline/run", pipeline, "-p", "Environment=a", "--job", job]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    logs = [run.communicate(timeout=60)[0] for run in runs]
    spaces = {re.search(r"^<(.*)>$", log, re.MULTILINE).group(1) for log in logs}
    assert len(spaces) == 3
    for space in spaces:
        assert f"/{job}/" in space
    subprocess.run(["rm", "-r", ROOT / "build" / "pipeline" / job], check=True)


def test_a_build_never_shares_its_workspace_with_one_that_runs(jenkins):
    first = jenkins.stages(ONE_STAGE.format("sh 'touch running; while [ ! -e go ]; do sleep 0.1; done; echo \"<$WORKSPACE>\"'"))
    process = subprocess.Popen(jenkins.command(first), stdout=subprocess.PIPE, text=True)
    workspace = jenkins.folder / "workspace"
    try:
        deadline = time.monotonic() + 60
        while not (workspace / "running").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        second = jenkins.run(jenkins.stages(ONE_STAGE.format("sh 'echo \"<$WORKSPACE>\"'")))
    finally:
        (workspace / "go").touch()
    assert f"<{workspace}>" in process.communicate(timeout=60)[0]
    assert f"<{workspace}@2>" in second.lines


# --- what it does not know ---

@pytest.mark.parametrize(("stages", "post", "named"), [
    ("stage('One') { steps { echo 'a' } }\n matrix { axes { } }", "", "matrix"),
    ("stage('One') { input { message 'go?' }\n steps { echo 'a' } }", "", "input"),
    ("stage('One') { agent any\n steps { echo 'a' } }", "", "any"),
    ("stage('One') { when { branch 'main' }\n steps { echo 'a' } }", "", "branch"),
    ("stage('One') { options { retry(3) }\n steps { echo 'a' } }", "", "retry"),
    ("stage('One') { options { timeout(time: 1, unit: 'HOURS', activity: true) }\n steps { echo 'a' } }", "", "activity"),
    ("stage('One') { steps { junit '*.xml' } }", "post { unstable { echo 'a' } }", "unstable"),
    ("stage('One') { steps { echo 'a' } }", "environment { A = 'b' }", "only directives"),
    ("stage('One') { steps { echo 'a' } }", "triggers { cron('H 2 * * *') }", "triggers"),
    ("stage('One') { steps { echo 'a' } }", "options { disableConcurrentBuilds() }", "disableConcurrentBuilds"),
    ("stage('One') { }", "", "no steps"),
    ("stage('One') { steps { echo 'a' } }\n stage('One') { steps { echo 'b' } }", "", "twice"),
    ("stage('One') { steps { echo 'a' }\n steps { echo 'b' } }", "", "twice")])
def test_an_unknown_directive_is_refused_before_anything_runs(jenkins, stages, post, named):
    assert refused(jenkins, jenkins.stages(stages, post), named)


@pytest.mark.parametrize(("steps", "named"), [
    ("build job: 'other'", "step build"),
    ("junit testResults: 'a/*.xml', skipMarkingBuildUnstable: true", "skipMarkingBuildUnstable"),
    ("archiveArtifacts artifacts: 'a/**', fingerprint: true", "fingerprint"),
    ("mail to: 'a@b', subject: 's', body: 'b', cc: 'c@d'", "cc"),
    ("echo \"${jenkins.model.Jenkins.get().getComputer('a').numExecutors}\"", "Jenkins"),
    ("script { echo 'a' }", "step script"),
    ("sh script: 'true', returnStdout: true", "returnStdout"),
    ("echo message: 'a', colour: 'red'", "colour"),
    ("println 'a'", "println"),
    ("evaluate '1'", "evaluate"),
    ("env.X = 'a'", "only steps"),
    ("if (true) { echo 'a' }", "only steps"),
    ("def x = 1", "only steps"),
    ("echo 'ls'.execute().text", "execute"),
    ("echo System.getenv('HOME')", "System"),
    ("echo new File('/etc/passwd').text", "ConstructorCall"),
    ("echo \"${'a'.class}\"", "class"),
    ("'a'.trim()", "only steps")])
def test_an_unknown_step_or_method_is_refused_before_anything_runs(jenkins, steps, named):
    pipeline = jenkins.stages("stage('Zero') { steps { sh 'touch ran' } }\n" + ONE_STAGE.format(steps))
    assert refused(jenkins, pipeline, named)
    assert not (jenkins.folder / "workspace" / "ran").exists()


def test_directives_on_one_line_need_a_semicolon_as_in_jenkins(jenkins):
    one_line = "stage('One') {{ when {{ expression {{ true }} }}{} steps {{ echo 'a' }} }}"
    assert refused(jenkins, jenkins.stages(one_line.format("")), "only directives")
    assert jenkins.run(jenkins.stages(one_line.format(";"))).result == "SUCCESS"


@pytest.mark.parametrize("text", [
    "import java.io.File\npipeline { }", "node { echo 'a' }", "@Library('other') _\npipeline { }",
    "def helper() { }\npipeline { }", "pipeline { stages { stage('One') { steps { echo 'a' } } } }", ""])
def test_a_file_that_is_no_plain_declarative_pipeline_is_refused(jenkins, text):
    assert refused(jenkins, jenkins.pipeline(text))


@pytest.mark.parametrize("text", [
    "import java.io.File\ndef call() { }", "def call() { new File('/x') }", "def call() { System.exit(0) }",
    "def call() { 'id'.execute() }", "def call() { checkout scm }", "@Grab('a:b:1')\ndef call() { }",
    "def call() { while (true) { } }", "def call() { sh script: 'x', encoding: 'y' }",
    "def call() { ''.metaClass }"])
def test_a_var_of_the_library_that_asks_for_more_is_refused_before_anything_runs(jenkins, text):
    build = library_run(jenkins, "echo 'a'", bad=text)
    assert build.exit_code == 2, build.log
    assert "Pipeline" not in build.log


@pytest.mark.parametrize(("steps", "named"), [
    ("ask()", "variable scm"), ("envCall()", "env.getEnvironment"), ("assign()", "variable leaked")])
def test_an_unknown_name_met_at_run_time_ends_the_run_and_no_catch_passes_over_it(jenkins, steps, named):
    build = library_run(jenkins, steps,
                        ask="def call() { try { echo \"${scm}\" } catch (err) { } }",
                        envCall="def call() { try { env.getBuildCauses() } catch (err) { } \n echo \"${scm}\" }"
                        if named != "env.getEnvironment" else "def call() { try { env.getBuildCauses() } catch (err) { } }",
                        assign="def call() { try { leaked = 1 } catch (err) { } }")
    assert build.exit_code == 2, build.log
    assert "Finished" not in build.log


# --- what outlives a build ---

REPORT = "<testsuite><testcase name=\"a\">{}</testcase></testsuite>"


@pytest.mark.parametrize(("inside", "result"), [("", "SUCCESS"), ("<failure/>", "UNSTABLE")])
def test_a_failed_test_in_a_report_makes_a_good_build_unstable(jenkins, inside, result):
    steps = f"writeFile file: 'out/r.xml', text: '{REPORT.format(inside)}'\n junit 'out/*.xml'"
    build = jenkins.run(jenkins.stages(ONE_STAGE.format(steps),
                                       "post { unsuccessful { echo 'not good' }\n failure { echo 'failed' } }"))
    assert (build.exit_code, build.result) == (0 if result == "SUCCESS" else 1, result)
    assert ("not good" in build.lines) == (result == "UNSTABLE")
    assert "failed" not in build.lines
    assert jenkins.kept("tests") == ["r.xml"]


@pytest.mark.parametrize(("step", "words"), [
    ("junit testResults: 'out/*.xml'", "No test report files were found. Configuration error?"),
    ("archiveArtifacts artifacts: 'out/**'", "No artifacts found that match the file pattern"),
    ("junit testResults: 'out/*.xml', allowEmptyResults: true", ""),
    ("archiveArtifacts artifacts: 'out/**', allowEmptyArchive: true", "")])
def test_nothing_to_keep_fails_the_build_unless_that_is_allowed(jenkins, step, words):
    build = jenkins.run(jenkins.stages(ONE_STAGE.format(step)))
    assert build.result == ("FAILURE" if words else "SUCCESS")
    assert words in build.log


def test_artifacts_are_kept_with_their_folders(jenkins):
    jenkins.run(jenkins.stages(ONE_STAGE.format("writeFile file: 'out/a/b.txt', text: 'x'\n archiveArtifacts artifacts: 'out/**'")))
    assert (jenkins.keep / "archive" / "out" / "a" / "b.txt").read_text() == "x"


def test_dir_holds_for_its_body_only(jenkins):
    build = jenkins.run(jenkins.stages(ONE_STAGE.format(
        "dir('a') { sh 'basename $PWD; touch x'\n deleteDir() }\n sh 'ls -d a || basename $PWD'")))
    assert "a" in build.lines and "workspace" in build.lines
    assert not (jenkins.folder / "workspace" / "a").exists()


def test_a_choice_takes_one_of_its_values_and_the_first_by_default(jenkins):
    pipeline = jenkins.pipeline("""
        pipeline {
            agent { label 'here' }
            parameters {
                string(name: 'Environment', defaultValue: '')
                choice(name: 'Action', choices: ['pin', 'unpin'], description: 'what')
            }
            stages { stage('One') { steps { echo "<${params.Action}>" } } }
        }""")
    assert "<pin>" in jenkins.run(pipeline).lines
    assert "<unpin>" in jenkins.run(pipeline, Action="unpin").lines
    assert jenkins.run(pipeline, Action="burn").exit_code == 2


# --- the shared library ---

def test_a_var_of_a_trusted_library_may_ask_jenkins_for_the_executors_of_its_agent(jenkins):
    build = jenkins.run(jenkins.stages(ONE_STAGE.format('echo "<${agentExecutors()}>"')), "--executors", "3")
    assert "<3>" in build.lines


def test_defaults_of_a_var_are_dropped_from_the_right_as_in_jenkins(jenkins):
    var = "def call(Map options = [:], String step, String arguments = '') { echo \"<${options} ${step} ${arguments}>\" }"
    build = library_run(jenkins, "greet 'a'\n greet([x: 1], 'a')\n greet('a', 'b')", greet=var)
    assert [line for line in build.lines if line.startswith("<")] == ["<[:] a >", "<[x:1] a >"]
    assert build.result == "FAILURE"
    assert any("greet" in line or "call()" in line for line in build.lines if line.startswith("ERROR"))


def test_a_var_hides_a_step_of_the_same_name(jenkins):
    build = library_run(jenkins, "error 'a'", error="def call(String text) { echo \"<${text}>\" }")
    assert "<a>" in build.lines
    assert build.result == "SUCCESS"


def test_a_var_can_set_the_environment_of_every_later_step(jenkins):
    build = library_run(jenkins, "choose()\n sh 'echo \"<$CHOSEN>\"'", choose="def call() { env.CHOSEN = 'x' }")
    assert "<x>" in build.lines


def test_an_abort_between_two_steps_stops_the_pipeline_at_the_next(jenkins):
    pipeline = jenkins.stages("stage('One') { steps { sh 'kill -TERM $(cat runner.pid) && sleep 5' } }\n"
                              "stage('Two') { steps { echo 'second' } }", "post { always { echo 'after' } }")
    workspace = jenkins.folder / "workspace"
    workspace.mkdir()
    command = f"echo $$ > {workspace}/runner.pid; exec {ROOT}/ci/pipeline/run {pipeline} --workspace {workspace} -p Environment=a"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 143
    assert "second" not in done.stdout and "after" in done.stdout


@pytest.mark.parametrize("options", [
    ["--cause", "moon"], ["--unknown"], ["-p", "novalue"], ["--build-number", "x"], ["--workspace"]])
def test_a_wrong_command_line_is_refused(jenkins, options):
    command = [ROOT / "ci/pipeline/run", ROOT / "Jenkinsfile", *options]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2


def test_help_lists_every_option_and_exit_code(jenkins):
    text = subprocess.check_output([ROOT / "ci/pipeline/run", "--help"], text=True)
    source = (ROOT / "ci/pipeline/src/RunOptions.groovy").read_text()
    for option in re.findall(r"case '(-[-a-z]+)'", source):
        assert f"  {option}" in text
    assert "143 ABORTED" in text
