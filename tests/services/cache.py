"""Where downloaded servers and initialised data folders are kept between runs."""

import os
from pathlib import Path


def cache_dir() -> Path:
    """ENVIRONMENT_BACKUP_CACHE, else a folder that the unprivileged user of the servers can read."""
    configured = os.environ.get("ENVIRONMENT_BACKUP_CACHE")
    if configured:
        return Path(configured)
    if os.geteuid() == 0:
        return Path("/var/cache/environment-backup")
    return Path.home() / ".cache" / "environment-backup"


if __name__ == "__main__":
    print(cache_dir())
