"""`python -m flows.health URL`: exit code 0 if the service there says that it is well. For container health checks."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request


def is_healthy(url: str, seconds: float = 4) -> bool:
    """Whether `url` answers 200 within `seconds`."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(not is_healthy(sys.argv[1]))
