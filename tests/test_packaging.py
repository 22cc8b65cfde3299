"""The wheel: installed elsewhere, with what it needs inside, it does the main job from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests import wheel
from tests.wheel import ROOT


@dataclass(frozen=True)
class Installed:
    """A virtual environment that has the wheel, and the dependencies of this one."""

    folder: Path
    work: Path

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run the installed command in a folder that has nothing to do with the project; returns its output."""
        done = self.call(self.script("lossadvisor"), *arguments)
        assert done.returncode == code, done.stderr
        return done.stdout

    def script(self, name: str) -> str:
        return wheel.script(self.folder, name)

    def call(self, *command: str) -> subprocess.CompletedProcess[str]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "LOSSADVISOR"))}
        return subprocess.run(
            command, cwd=self.work, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source distribution, and with the wheel that was built from that."""
    folder = tmp_path_factory.mktemp("dist")
    wheel.build(folder)
    return folder


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    (built,) = dist.glob("*.whl")
    wheel.install(built, folder)
    return Installed(folder, tmp_path_factory.mktemp("work"))


def test_rules_and_templates_come_from_the_wheel(installed: Installed) -> None:
    code = "from lossadvisor import resources as r; print(r.folder('rules')); print(r.folder('templates'))"
    done = installed.call(installed.script("python"), "-c", code)
    rules, templates = map(Path, done.stdout.splitlines())
    for folder, name in ((rules, "questions.yaml"), (templates, "models/mlp.py")):
        assert installed.folder.resolve() in folder.resolve().parents
        assert (folder / name).is_file()


def test_every_rule_and_template_is_in_the_wheel(dist: Path) -> None:
    (built,) = dist.glob("*.whl")
    packed = set(zipfile.ZipFile(built).namelist())
    for folder in ("rules", "templates"):
        for path in (ROOT / folder).rglob("*.[yp][ay]*"):
            if path.suffix in (".py", ".yaml"):
                assert f"lossadvisor/_data/{path.relative_to(ROOT).as_posix()}" in packed
    assert {"lossadvisor/py.typed", "lossadvisor/report/recommendation.schema.json"} <= packed
    assert not [name for name in packed if name.startswith(("tests/", "docs/")) or "__pycache__" in name]


def test_a_wheel_holds_each_rule_file_as_json_with_the_same_value(dist: Path) -> None:
    (built,) = dist.glob("*.whl")
    archive = zipfile.ZipFile(built)
    files = [
        name for name in archive.namelist() if name.startswith("lossadvisor/_data/rules/") and name.endswith(".yaml")
    ]
    assert len(files) > 5
    for name in files:
        compiled = json.loads(archive.read(name.replace(".yaml", ".json")))
        assert compiled == yaml.safe_load(archive.read(name)), name


def test_the_source_distribution_can_be_tested(dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Makefile",
        "constraints.txt",
        "hatch_build.py",
        "pyproject.toml",
    }
    assert wanted | {"rules/questions.yaml", "templates/ruff.toml", "tests/test_packaging.py"} <= packed


def test_the_installed_command_recommends(installed: Installed) -> None:
    answer = json.loads(installed.run("recommend", "--task", "multiclass", "--json"))
    assert answer["loss"]["id"] == "cross_entropy"


def test_the_installed_command_needs_no_yaml_parser(installed: Installed) -> None:
    code = "import sys; from lossadvisor.cli import main; main(['recommend', '--task', 'margin', '--json']); "
    done = installed.call(installed.script("python"), "-c", code + "print('yaml' in sys.modules)")
    assert done.stdout.splitlines()[-1] == "False"


def test_the_installed_command_knows_its_version(installed: Installed) -> None:
    assert installed.run("--version").strip() == "0.1.0"


def test_the_installed_rules_are_proven(installed: Installed) -> None:
    installed.run("rules", "check")


def test_the_installed_command_writes_a_program(installed: Installed) -> None:
    installed.run("generate", "--task", "multiclass", "--no-prove", "-o", "written.py")
    assert "nn.CrossEntropyLoss()" in (installed.work / "written.py").read_text(encoding="utf-8")


@pytest.mark.torch
def test_the_installed_command_proves_a_program(installed: Installed) -> None:
    installed.run("generate", "--task", "multiclass", "-o", "proven.py")
    assert "proven: " in installed.run("prove", "proven.py")
    broken = (installed.work / "proven.py").read_text(encoding="utf-8")
    broken = broken.replace("criterion(logits.float(), targets)", "-criterion(logits.float(), targets)")
    (installed.work / "broken.py").write_text(broken, encoding="utf-8")
    assert "not proven: " in installed.run("prove", "broken.py", code=1)
