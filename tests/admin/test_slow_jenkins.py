"""A Jenkins that takes its time: pages stay quick, and nothing is started twice."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import contextmanager

import pytest
import sample_view
from services.admin_front import AdminSite

ENVIRONMENT = "athena-test"
ITEM = {"id": 7, "cancelled": False, "executable": {"number": 3, "url": "http://jenkins/job/b/3/"}}
BUILD = {"number": 3, "queueId": 7, "url": "http://jenkins/job/b/3/", "building": False, "result": "SUCCESS",
         "description": "archive athena-x"}


class SlowJenkins:
    """Takes every request to start a build at once, and answers after `wait` seconds, `pause` between bytes."""

    def __init__(self, wait: float, pause: float) -> None:
        self.wait, self.pause = wait, pause
        self.started: list[str] = []
        self.ending = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def recover(self) -> None:
        self.wait = self.pause = 0

    def serve(self) -> None:
        while not self.ending.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        with connection:
            request = connection.recv(65536).decode()
            while "content-length" in request.lower() and "RequestId=" not in request:
                request += connection.recv(65536).decode()
            if request.startswith("POST"):
                self.started.append(request.split("RequestId=")[1][:32])
            self.ending.wait(self.wait)
            try:
                for byte in self.text(request).encode():
                    connection.sendall(bytes([byte]))
                    if self.pause:
                        self.ending.wait(self.pause)
            except OSError:
                pass  # the service has lost its patience

    def text(self, request: str) -> str:
        if request.startswith("POST"):
            return "HTTP/1.1 201 Created\r\nLocation: /queue/item/7/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        build = {**BUILD, "actions": [{"parameters": [{"name": "RequestId", "value": one}]} for one in self.started]}
        body = json.dumps(ITEM if "/queue/item/7" in request
                          else {"builds": [build]} if "builds" in request else BUILD)
        return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"


@contextmanager
def running(jenkins: SlowJenkins):
    thread = threading.Thread(target=jenkins.serve, daemon=True)
    thread.start()
    try:
        yield jenkins
    finally:
        jenkins.ending.set()
        jenkins.listener.shutdown(socket.SHUT_RDWR)
        jenkins.listener.close()
        thread.join()


def until(condition, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("wait, pause", [(20, 0), (0, 0.5)], ids=["answers after 20 s", "trickles"])
def test_pages_stay_quick_and_nothing_is_started_twice_while_jenkins_is_slow(program, tmp_path, wait, pause):
    (tmp_path / "view.json").write_text(json.dumps(sample_view.view(ENVIRONMENT, 5)))
    with running(SlowJenkins(wait, pause)) as jenkins, \
            AdminSite(program, tmp_path, {ENVIRONMENT: tmp_path / "view.json"}, (jenkins.url, "ada", "token")) as site:
        browser = site.sign_in()
        form = {"description": "before the upgrade", "request_id": "a1" * 16}
        begun = time.monotonic()
        page = browser.post(f"/{ENVIRONMENT}/backup", form, page=f"/{ENVIRONMENT}/backup").headers["location"]
        assert time.monotonic() - begun < 4
        # impatience: the same form again, from many windows at once, while Jenkins is being asked
        others = [threading.Thread(target=browser.post, args=(f"/{ENVIRONMENT}/backup", dict(form)),
                                   kwargs={"page": f"/{ENVIRONMENT}/backup"}) for _ in range(12)]
        for other in others:
            other.start()
        begun = time.monotonic()
        for path in (page, f"/{ENVIRONMENT}", f"/{ENVIRONMENT}/archives", page):
            assert browser.get(path).status == 200
        assert time.monotonic() - begun < 3
        for other in others:
            other.join()
        until(lambda: "Jenkins does not answer just now" in browser.get(page).text, 30)
        text = browser.get(page).text
        assert "it cannot run twice" in text and "Send it again" in text
        assert jenkins.started == [form["request_id"]]
        jenkins.recover()
        until(lambda: "The backup is done" in browser.get(page).text, 60)
        assert jenkins.started == [form["request_id"]]
        assert [line["result"] for line in site.service.audit() if line["action"] == "backup"] == ["asked for", "SUCCESS"]
