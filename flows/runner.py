"""Where a flow's tasks run."""

from __future__ import annotations

from typing import Any, cast

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.settings import RunSettings


def task_runner() -> TaskRunner[PrefectFuture[Any]]:
    """Threads of this process: the tasks wait for the network, for a reader's child or for PostgreSQL."""
    return cast(TaskRunner[PrefectFuture[Any]], ThreadPoolTaskRunner(max_workers=RunSettings().parallel))
