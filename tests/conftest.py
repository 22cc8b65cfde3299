"""Without torch, the modules that need it as soon as they are imported are left out. A flag renews committed texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

NEEDS_TORCH = re.compile(r"^(?:import|from) (?:torch|scipy|sklearn)\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    if find_spec("torch") or collection_path.suffix != ".py":
        return None
    return True if NEEDS_TORCH.search(collection_path.read_text(encoding="utf-8")) else None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="Write the committed texts anew; review the diff.")


@pytest.fixture
def committed(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Asserts that a text is the committed one of a file, or makes it so under `--update-snapshots`."""

    def check(path: Path, text: str) -> None:
        if request.config.getoption("--update-snapshots"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"{path} is missing: run pytest --update-snapshots"
        assert path.read_text(encoding="utf-8") == text, "changed; if that is right, run pytest --update-snapshots"

    return check
