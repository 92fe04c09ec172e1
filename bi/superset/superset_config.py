"""Superset's own settings: Chinese first, English a click away. Superset reads this file, yusuan does not import it."""

from __future__ import annotations

BABEL_DEFAULT_LOCALE = "zh"
LANGUAGES = {"zh": {"flag": "cn", "name": "中文"}, "en": {"flag": "us", "name": "English"}}
APP_NAME = "yusuan"
FEATURE_FLAGS = {"DASHBOARD_RBAC": True}
TALISMAN_ENABLED = False  # listens on the loopback alone; behind a proxy with TLS set it to True
WTF_CSRF_ENABLED = True
ROW_LIMIT = 10000
RATELIMIT_ENABLED = False
SQLLAB_TIMEOUT = 60
SUPERSET_WEBSERVER_TIMEOUT = 60
