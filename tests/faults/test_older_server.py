"""An archive that was made on a newer server than the one that is there now: refused by name, before users
are locked out or anything is destroyed."""

from __future__ import annotations

import pytest

from sample_environment.search_only import SearchOnly
from services.elasticsearch import Elasticsearch
from services.elasticsearch9 import Elasticsearch9

from .steps import RESTORE, Steps
from .tally import TALLY, require_exact, require_goes_on

# MariaDB calls itself whatever it is told to
NEWER = "--version=11.8.3-MariaDB"


@pytest.fixture
def newer_database(sample):
    """While it holds, the database server is a newer one."""
    sample.server.options.append(NEWER)
    sample.server.restart()
    yield lambda: (sample.server.options.remove(NEWER), sample.server.restart())
    if NEWER in sample.server.options:
        sample.server.options.remove(NEWER)
        sample.server.restart()


def refused(steps: Steps, backup_id: str):
    """The job, as Jenkins runs it: it must end at its first stage."""
    steps.must(steps.begin("restore", backup_id))
    ended = steps.run(RESTORE[0])
    require_goes_on(not ended, "an older server passed preflight")
    steps.must(steps.finish())
    return ended


@TALLY.fault("older database server")
def test_an_older_database_server_is_refused(sample, steps, newer_database):
    backup_id = steps.backup()
    newer_database()
    before = sample.fingerprints()
    ended = refused(steps, backup_id)
    assert ended.exit_code == 19
    assert "comes from MariaDB 11.8.3-MariaDB, newer than this server's 10." in ended.text
    assert "restore to a server that is at least as new" in ended.text
    require_exact(sample.fingerprints(), before)
    steps.backup()
    steps.check_clean()


@pytest.fixture
def two_clusters(every):
    if not every:
        pytest.skip("takes minutes: run with --long or --faults")
    for kind in (Elasticsearch, Elasticsearch9):
        usable, reason = kind.available()
        if not usable:
            pytest.skip(f"{kind.name}: {reason}")
    with Elasticsearch9() as newer, Elasticsearch() as older:
        yield newer, older


@TALLY.fault("older search server")
def test_an_older_search_server_is_refused(bin_dir, two_clusters):
    newer, older = two_clusters
    with SearchOnly(bin_dir, newer) as sample:
        steps = Steps(sample)
        backup_id = steps.backup()
        with SearchOnly(bin_dir, older) as there:
            sample.section = there.search_section()
            sample.write_environment()
            before = there.fingerprints()
            ended = refused(steps, backup_id)
            assert ended.exit_code == 18
            assert "holds the indices of elasticsearch 9." in ended.text
            assert "which elasticsearch 8." in ended.text
            require_exact(there.fingerprints(), before)
            steps.backup()
            steps.check_clean()
