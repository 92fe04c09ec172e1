"""Errors the caller cannot go on from; each message says what, where and what to do."""


class YusuanError(Exception):
    """Base of every error that yusuan raises itself."""


class CatalogueError(YusuanError):
    """A catalogue file cannot be used as it stands."""


class ReadError(YusuanError):
    """A document could not be read: the filing fails, the run goes on."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ArchiveError(YusuanError):
    """An archived object is missing or no longer what its name says."""


class FetchError(YusuanError):
    """A document could not be fetched. `code` says why, `evidence` what the server showed; `blocked` that it refused
    us, `refuses` that its whole host does, `transient` that trying again may help (after `retry_after` seconds, if the
    server said so)."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "fetch_failed",
        evidence: str = "",
        blocked: bool = False,
        refuses: bool = False,
        transient: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = "blocked" if blocked or refuses else code
        self.evidence = evidence
        self.blocked = blocked or refuses
        self.refuses = refuses
        self.transient = transient
        self.retry_after = retry_after

    @property
    def ends_visit(self) -> bool:
        """Whether nothing more is to be asked of the host on this visit."""
        return self.refuses or self.code in ("host_resting", "host_down", "visit_too_long")
