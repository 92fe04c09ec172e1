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
    """A document could not be fetched; `blocked` says that the portal refused us."""

    def __init__(self, message: str, *, blocked: bool = False) -> None:
        super().__init__(message)
        self.blocked = blocked
