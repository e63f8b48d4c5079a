"""ci/demo --admin."""

from __future__ import annotations

import os
import re
import signal
import subprocess

import pytest
from services.http_get import opener


@pytest.mark.long
def test_the_demo_leaves_the_page_running_and_prints_address_and_login(root, bin_dir):
    environment = {**os.environ, "STEPS_HOME": str(bin_dir.parent)}
    with subprocess.Popen([root / "ci" / "demo", "--admin"], env=environment, stdout=subprocess.PIPE, text=True) as demo:
        try:
            text = ""
            while "Ctrl-C" not in text:
                line = demo.stdout.readline()
                assert line, text
                text += line
            address = re.search(r"address +(http://\S+)", text)[1]
            assert re.search(r"login +ada / \S+", text)
            with opener.open(address, timeout=10) as answer:
                assert "Sign in" in answer.read().decode()
        finally:
            demo.send_signal(signal.SIGTERM)
            assert demo.wait(60) == 143
