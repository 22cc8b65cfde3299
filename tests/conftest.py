"""Without torch, the modules that need it as soon as they are imported are left out. A flag renews committed texts.

Hypothesis tries the same examples in each run: a change is to blame for what fails, not chance. `make test-random`
looks for others.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

with suppress(ImportError):
    from hypothesis import settings

    settings.register_profile("repeatable", max_examples=50, deadline=None, derandomize=True, database=None)
    settings.register_profile("random", max_examples=1000, deadline=None, print_blob=True)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

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
