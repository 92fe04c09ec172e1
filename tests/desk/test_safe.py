"""The desk under attack: forged forms, forged users, other hosts, wrong passwords, too much of everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from desk.login import TRIES
from desk.pictures import Cache
from desk.users import Users
from tests.desk.conftest import PARTLY, PASSWORD, PDF, Sitting
from warehouse.errors import WarehouseError
from warehouse.server.roles import Login

Sit = Callable[..., Sitting]
ALL = ["/", f"/f/{PDF}", f"/f/{PDF}/v/1/page/1.png", f"/f/{PDF}/v/1/page/1/marks", "/cell/b1"]


@pytest.mark.parametrize("path", ALL)
def test_with_users_nothing_is_shown_to_others(sit: Sit, path: str) -> None:
    answer = sit("wang").get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


def test_a_right_password_opens_and_a_wrong_one_does_not(sit: Sit) -> None:
    sitting = sit("wang")
    assert sitting.log_in(password="wrong password").status_code == 401
    assert sitting.log_in(name="li").status_code == 401
    assert sitting.get("/").status_code == 303
    assert sitting.log_in().headers["location"] == "/"
    assert "wang" in sitting.get("/").text


def test_wrong_passwords_have_to_wait(sit: Sit) -> None:
    sitting = sit("wang")
    answers = [sitting.log_in(password="wrong password").status_code for _ in range(TRIES + 1)]
    assert answers[0] == 401
    assert answers[-1] == 429
    right = sitting.log_in()
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 800


def test_a_user_who_is_removed_or_has_another_password_is_out(wang: Sitting) -> None:
    users = Users(wang.database.settings.home / "desk" / "users")
    assert wang.get("/").status_code == 200
    users.add("wang", "another password")
    assert wang.get("/").status_code == 303
    users.add("li", PASSWORD)
    users.remove("wang")
    assert wang.get("/").status_code == 303


def test_the_password_file_is_nobody_elses_and_holds_no_password(wang: Sitting) -> None:
    path = wang.database.settings.home / "desk" / "users"
    assert path.stat().st_mode & 0o077 == 0
    assert PASSWORD not in path.read_text()
    assert "$argon2id$" in path.read_text()


def test_the_cookie_is_for_our_pages_only(sit: Sit) -> None:
    cookie = sit("wang", url="https://desk.example").log_in().headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" in cookie


def test_a_cookie_that_was_changed_opens_nothing(wang: Sitting) -> None:
    value = wang.client.cookies["yusuan_desk"]
    wang.client.cookies.clear()
    wang.client.cookies.set("yusuan_desk", "A" + value[1:])
    assert wang.get("/").status_code == 303


@pytest.mark.parametrize(
    "path", [f"/f/{PARTLY}/decide", f"/f/{PARTLY}/word", f"/f/{PARTLY}/correct", "/logout", "/language", "/login"]
)
def test_a_form_without_our_token_does_nothing(wang: Sitting, path: str) -> None:
    said = {"action": "accept", "because": "x", "spelling": "x", "concept": "x"}
    for token in ({}, {"csrf": "forged"}):
        assert wang.client.post(path, data={**said, **token}).status_code == 403
    assert wang.asked("SELECT count(*) FROM audit.acceptance") == [(0,)]


def test_a_form_of_another_site_does_nothing(wang: Sitting) -> None:
    data = {"csrf": wang.token(), "action": "accept", "because": "x"}
    answer = wang.client.post(f"/f/{PARTLY}/decide", data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_nobody_decides_where_no_user_is(looking: Sitting) -> None:
    answer = looking.post(f"/f/{PARTLY}/decide", action="accept", because="x")
    assert answer.status_code == 403
    assert 'value="accept"' not in looking.get(f"/f/{PARTLY}").text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", ""])
def test_another_host_is_refused(looking: Sitting, host: str) -> None:
    assert looking.get("/", headers={"Host": host}).status_code == 400


def test_every_answer_keeps_scripts_out(looking: Sitting) -> None:
    for path in ("/", "/nothing", "/static/desk.js", f"/f/{PDF}"):
        policy = looking.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
    page = looking.get(f"/f/{PDF}").text
    assert " style=" not in page
    assert " onclick=" not in page
    assert "<script>" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_too_large_a_form_is_refused(wang: Sitting) -> None:
    assert wang.client.post("/login", data={"name": "x" * 70_000}).status_code == 413
    assert wang.client.post("/login", content=iter([b"x"])).status_code == 411


@pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_login_leads_to_no_other_site(sit: Sit, next_: str) -> None:
    sitting = sit("wang")
    answer = sitting.post("/login", name="wang", password=PASSWORD, next=next_)
    assert answer.headers["location"] == "/"


def test_a_link_from_another_site_is_asked_for_again_by_our_own(sit: Sit) -> None:
    answer = sit("wang").get("/cell/b1", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert 'content="0;url=/cell/b1"' in answer.text


def test_a_proxy_says_who_it_is_and_nobody_else_does(sit: Sit) -> None:
    sitting = sit(proxy_header="X-Forwarded-User")
    assert sitting.get("/").status_code == 403
    assert sitting.get("/", headers={"X-Forwarded-User": "a b<c>"}).status_code == 403
    assert "zhao" in sitting.get("/", headers={"X-Forwarded-User": "zhao"}).text
    app = sitting.client.app
    stranger = TestClient(app, base_url="http://localhost", client=("10.0.0.9", 1))
    assert stranger.get("/", headers={"X-Forwarded-User": "zhao"}).status_code == 403


def test_a_desk_for_others_needs_users(sit: Sit) -> None:
    with pytest.raises(WarehouseError, match="user add"):
        sit(host="0.0.0.0")
    sit("wang", host="0.0.0.0")


def test_the_desk_reads_and_cannot_write(looking: Sitting) -> None:
    engine = looking.database.engine(Login.DESK)
    with engine.connect() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ WRITE")
        connection.exec_driver_sql("SELECT count(*) FROM audit.held_filing")
        for table in ("audit.decision", "dw.vocabulary_row", "staging.filing"):
            with pytest.raises(Exception, match="permission denied"), connection.begin_nested():
                connection.exec_driver_sql(f"DELETE FROM {table}")
    engine.dispose()


def test_the_cache_keeps_within_its_bound_and_to_its_folder(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", 3_000)
    names = [f"{number:064x}-1-page" for number in range(5)]
    for name in names:
        cache.put(name, b"x" * 1_000)
    assert cache.size() <= 3_000
    assert cache.get(names[-1]) == b"x" * 1_000
    cache.put(names[0], b"x" * 4_000)
    assert cache.get(names[0]) is None
    for name in ("../users", "a" * 64 + "-1-page/..", ""):
        with pytest.raises(ValueError, match="no name"):
            cache.get(name)
