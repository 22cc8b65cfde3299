"""Everything that can be offered is rendered, and is code that a linter, a formatter and a reader accept."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from lossadvisor.codegen import markers
from lossadvisor.codegen.conversion import conversion
from lossadvisor.codegen.offers import offers
from lossadvisor.codegen.program import Program, Spec, parse_header, read_program, render, template
from lossadvisor.errors import UserError
from lossadvisor.rulebase.load import RuleBase

BASE = RuleBase()
PLAIN = Spec("cross_entropy", "multiclass", "mlp", "class-index")


DETECTORS = ("anchors", "anchors-softmax", "points", "queries", "regions", "mask-queries")
LONGER = {"actor-critic": 155, "class-contours": 135, "binary-contours": 135, **dict.fromkeys(DETECTORS, 210)}
"""Contracts whose programs may be longer: one has a policy, a reference, a critic, sampling and advantages; contours
have distances, made of masks, beside two overlaps; detectors have anchors or a matching, boxes made and read back, and
the boxes that are left of many."""


@pytest.fixture(scope="module")
def programs() -> Mapping[str, Program]:
    rendered = [render(BASE, spec, command="lossadvisor generate --task multiclass") for spec in offers(BASE)]
    return {f"program_{number:04}": program for number, program in enumerate(rendered)}


@pytest.fixture(scope="module")
def folder(programs: Mapping[str, Program], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("programs")
    for name, program in programs.items():
        (path / f"{name}.py").write_text(program.source, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "command", [["check", "--select", "E,F,W,I,B,UP,SIM,RET", "--ignore", "E501"], ["format", "--check"]]
)
def test_every_program_is_clean(folder: Path, command: list[str]) -> None:
    options = ["--isolated", "--line-length", "100", "--target-version", "py310"]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, *options, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_program_exposes_what_the_proof_needs(programs: Mapping[str, Program]) -> None:
    for program in programs.values():
        tree = ast.parse(program.source)
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert {"build_model", "batch", "loss_fn", "predict", "train"} <= functions
        assert not [line for line in program.source.splitlines() if "#: " in line]


def test_every_program_is_short_enough_to_be_read(programs: Mapping[str, Program]) -> None:
    lengths = [sum(bool(line.strip()) for line in program.source.splitlines()) for program in programs.values()]
    limits = [LONGER.get(program.spec.contract, 130) for program in programs.values()]
    assert all(length <= limit for length, limit in zip(lengths, limits, strict=True))
    assert sorted(lengths)[len(lengths) // 2] <= 100


def test_a_program_says_what_it_was_made_from(programs: Mapping[str, Program]) -> None:
    for program in programs.values():
        assert parse_header(program.source, "x") == program.spec


def test_every_offer_is_made_once(programs: Mapping[str, Program]) -> None:
    specs = [program.spec for program in programs.values()]
    keys = [(s.loss, s.contract, s.model, s.target, s.library, s.options) for s in specs]
    assert len(set(keys)) == len(keys)


def test_the_offers_of_all_domains_are_those_of_each() -> None:
    assert len(offers(BASE)) >= max(len(offers(BASE, domain=domain)) for domain in BASE.domains)


@pytest.mark.parametrize("kind", ["losses", "models", "targets", "training", "programs"])
def test_no_template_has_more_than_five_options(kind: str) -> None:
    for path in sorted((BASE.template_folders[-1] / kind).rglob("*.py")):
        options, _ = markers.names(path.read_text(encoding="utf-8"))
        assert len(options) <= 5, path.name


def test_every_default_of_a_card_is_the_value_in_its_template() -> None:
    for key in BASE.losses:
        card = BASE.loss(key)
        tree = ast.parse(template(BASE, f"losses/{key}"))
        constants = {
            ast.unparse(node.targets[0]): ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Constant, ast.List, ast.Tuple, ast.UnaryOp))
        }
        for name, default in card.defaults.items():
            if name.upper() in constants:
                value = constants[name.upper()]
                assert value == default.value or list(value) == default.value, f"{key}: {name}"


def test_values_reach_the_program_as_literals() -> None:
    names = ["'); import os; os.system('true'); ('", 'b"', "日本"]
    spec = Spec("cross_entropy", "multiclass", "mlp", "class-name", values={"class_names": names, "num_classes": 3})
    tree = ast.parse(render(BASE, spec).source)
    (assigned,) = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CLASS_NAMES"
    ]
    assert ast.literal_eval(assigned) == names


def test_an_empty_model_takes_the_first_of_the_contract() -> None:
    assert render(BASE, Spec("cross_entropy", "multiclass", "", "class-index")).spec.model == "mlp"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (Spec("cross_entropy", "multiclass", "rnn", "class-index"), "unknown model"),
        (Spec("cross_entropy", "multiclass", "mlp", "masks"), "unknown target"),
        (Spec("cross_entropy", "multiclass", "mlp", "class-index", "torchvision"), "no cross_entropy from library"),
        (Spec("cross_entropy", "binary", "mlp", "class-index"), "not a loss for this task"),
        (Spec("no_such", "multiclass", "mlp", "class-index"), "unknown loss"),
    ],
)
def test_what_no_template_serves_is_refused(spec: Spec, message: str) -> None:
    with pytest.raises(UserError, match=message):
        render(BASE, spec)


def test_a_template_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="a template is missing") as raised:
        template(BASE, "losses/no_such")
    assert "no_such.py" in raised.value.place


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "no '# lossadvisor:' line"),
        ("# lossadvisor: {", "is broken"),
        ("# lossadvisor: []", "is broken"),
        ("# lossadvisor: {}", "is broken"),
        ('# lossadvisor: {"schema": 1}', "is broken"),
        (
            '# lossadvisor: {"schema": 1, "loss": "x", "contract": "y", "model": "z", "target": "t", "more": 1}',
            "is broken",
        ),
    ],
)
def test_a_header_that_says_nothing_is_refused(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "program.py"
    path.write_text(f"x = 1\n{line}\n", encoding="utf-8")
    with pytest.raises(UserError, match=message):
        read_program(path)


def test_a_program_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="not UTF-8"):
        read_program(path)


def test_a_written_program_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(render(BASE, PLAIN).source, encoding="utf-8")
    program = read_program(path)
    assert program.spec == PLAIN
    assert program.path == str(path)


def test_a_conversion_is_told_with_its_code() -> None:
    told = conversion(BASE, BASE.contract("multiclass"), "one-hot")
    assert told is not None
    assert (told.stored, told.wanted) == ("one-hot", "class-index")
    assert told.code.startswith("def convert(")
    assert conversion(BASE, BASE.contract("multiclass"), "class-index") is None


def test_a_conversion_is_told_as_the_program_with_its_options_has_it() -> None:
    contract = BASE.contract("multilabel")
    whole, gaps = (conversion(BASE, contract, "multi-hot", options) for options in ((), ("incomplete",)))
    assert whole is not None
    assert gaps is not None
    assert "-100" not in whole.code
    assert "-100" in gaps.code
    assert "#:" not in whole.code + gaps.code
