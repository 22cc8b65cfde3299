"""Bad input gets a clear error and exit code 2, never a traceback."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import yaml

from lossadvisor.cli import main

CASES = yaml.safe_load(Path(__file__).with_name("errors.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_bad_input_is_answered_with_what_is_wrong_and_what_to_do(
    case: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    (tmp_path / "program.py").write_text("x = 1\n", encoding="utf-8")
    names = {"tmp": str(tmp_path), "file": str(tmp_path / "file"), "program": str(tmp_path / "program.py")}
    assert main(shlex.split(str(case["type"]).format(**names))) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert "Traceback" not in err
    for text in case["says"]:
        assert text.format(**names) in err
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"
