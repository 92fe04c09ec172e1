"""Errors of running flows."""

from extract.errors import YusuanError


class FlowError(YusuanError):
    """A run could not be started or finished; the message says what to do."""
