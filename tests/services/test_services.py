"""The servers themselves: they start, keep their promises about passwords, and go away."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

import pytest

from services.catalogue import SERVERS
from services.mariadb import Mariadb
from services.server import StartError

WITH = Path(__file__).resolve().parent / "with"


def run_with(*words, **options):
    return subprocess.run([sys.executable, str(WITH), *words], capture_output=True, text=True,
                          check=False, **options)


@pytest.mark.parametrize("name", ["mariadb", "mysql8"])
def test_a_database_server_asks_for_its_password_and_keeps_awkward_text(name, request):
    server = request.getfixturevalue(name)
    text = "a'b\\c\u00e9\U0001f600"
    assert server.query("SELECT '" + text.replace("\\", "\\\\").replace("'", "''") + "'") == [[text]]
    refused = subprocess.run(
        ["mariadb", "--no-defaults", "--host=127.0.0.1", f"--port={server.port}", "--user=root",
         "--password=wrong", "--execute=SELECT 1"], capture_output=True, text=True, check=False)
    assert "Access denied" in refused.stderr


def test_a_killed_database_comes_back_with_its_data():
    usable, reason = Mariadb.available()
    if not usable:
        pytest.skip(reason)
    with Mariadb() as server:
        server.execute("CREATE DATABASE kept; CREATE TABLE kept.t (a INT); INSERT INTO kept.t VALUES (7)")
        server.kill()
        server.launch()
        server.wait_ready()
        assert server.query("SELECT a FROM kept.t") == [["7"]]


def test_an_image_pushed_to_a_registry_has_a_digest_until_it_is_deleted(registry):
    digest = registry.push("athena/server", "1.2.3")
    assert registry.digest("athena/server", "1.2.3") == digest
    registry.delete("athena/server", digest)
    assert registry.digest("athena/server", "1.2.3") is None


def test_a_registry_with_basic_authentication_refuses_a_call_without_it(registry_basic):
    assert registry_basic.push("athena/server", "1.0").startswith("sha256:")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{registry_basic.url}/v2/", timeout=5)
    assert refused.value.code == 401


def test_a_registry_with_tokens_takes_only_those_of_its_token_service(registry_token):
    digest = registry_token.push("athena/server", "1.0")
    manifest = f"{registry_token.url}/v2/athena/server/manifests/1.0"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(manifest, timeout=5)
    assert f'Bearer realm="{registry_token.realm}"' in refused.value.headers["WWW-Authenticate"]
    answer = token_answer(registry_token, "repository:athena/server:pull")
    pull = urllib.request.Request(manifest, method="HEAD", headers={
        "Authorization": "Bearer " + answer["token"],
        "Accept": "application/vnd.docker.distribution.manifest.v2+json"})
    with urllib.request.urlopen(pull, timeout=5) as found:
        assert found.headers["Docker-Content-Digest"] == digest
    assert registry_token.token_requests == ["repository:athena/server:pull"]


def token_answer(registry_token, scope):
    credentials = b64encode(f"{registry_token.user}:{registry_token.password}".encode()).decode()
    request = urllib.request.Request(f"{registry_token.realm}?service=test-registry&scope={scope}",
                                     headers={"Authorization": f"Basic {credentials}"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


@pytest.mark.parametrize("name", ["elasticsearch", "opensearch"])
def test_a_search_server_finds_what_was_indexed(name, request):
    server = request.getfixturevalue(name)
    answer = server.call("POST", "/found/_bulk?refresh=true", [{"index": {"_id": "1"}}, {"a": 1}])
    assert answer["errors"] is False
    assert server.call("GET", "/found/_count")["count"] == 1
    server.call("DELETE", "/found")


def test_a_server_that_cannot_start_says_why_with_its_log():
    usable, reason = Mariadb.available()
    if not usable:
        pytest.skip(reason)
    with pytest.raises(StartError, match="no-such-option"):
        with Mariadb(options=["--no-such-option"]):
            pass


def test_with_passes_addresses_and_the_exit_code_on():
    done = run_with("nginx", "--", "sh", "-c", "curl -s $TEST_NGINX_URL/; exit 7")
    if "is not there" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert (done.returncode, done.stdout) == (7, "the application answers\n")


def test_with_refuses_an_unknown_server():
    done = run_with("oracle", "--", "true")
    assert done.returncode == 2
    assert "unknown: oracle" in done.stderr


def test_with_says_which_server_is_not_there(tmp_path):
    done = run_with("mysql8", "--", "sh", "-c", "echo host=$TEST_MYSQL8_HOST why=$TEST_MYSQL8_SKIPPED",
                    env={**os.environ, "ENVIRONMENT_BACKUP_CACHE": str(tmp_path)})
    assert done.returncode == 0
    assert "host= why=mysql8 is not available" in done.stdout
    assert "mysql8 is not there" in done.stderr


def test_with_stops_its_servers_when_it_is_ended(tmp_path):
    if not SERVERS["nginx"].available()[0]:
        pytest.skip("no nginx")
    told = tmp_path / "told"
    child = subprocess.Popen([sys.executable, str(WITH), "nginx", "--", "sh", "-c",
                              f"echo $TEST_NGINX_FOLDER > {told}.part; mv {told}.part {told}; sleep 60"])
    deadline = time.monotonic() + 30
    while not told.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    folder = Path(told.read_text().strip())
    pid = int((folder / "nginx.pid").read_text())
    child.send_signal(signal.SIGTERM)
    assert child.wait(30) == 143
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_firestore_emulator_reads_back_what_was_written(firestore):
    root = "projects/demo-services/databases/(default)/documents"
    fields = {"n": {"integerValue": "9007199254740993"}}
    written = firestore.call("batchWrite", {"writes": [{"update": {"name": f"{root}/a/1", "fields": fields}}]},
                             project="demo-services")
    assert written["status"] == [{}]
    (read,) = firestore.call("batchGet", {"documents": [f"{root}/a/1"]}, project="demo-services")
    assert read["found"]["fields"] == fields


def test_the_firebase_auth_emulator_keeps_password_hashes(firebase_auth):
    users = "/v1/projects/demo-services/accounts:"
    user = {"localId": "a", "email": "a@example.com", "passwordHash": "aGFzaA==", "salt": "c2FsdA=="}
    assert firebase_auth.call("POST", f"{users}batchCreate", {"users": [user]})["error"] == []
    (found,) = firebase_auth.call("GET", f"{users}batchGet")["users"]
    assert user.items() <= found.items()
