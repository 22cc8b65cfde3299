"""The quick reader gives what PyYAML gives, or gives up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lossadvisor.rulebase import quick
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.marks import Loader

TEXTS: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("quick.yaml").read_text(encoding="utf-8"))
RULE_FILES = sorted(RuleBase().folders[0].rglob("*.yaml"))
# What YAML takes for something else, and what merely looks so.
TRICKY = """
yes|no|on|off|true|false|null|~|Yes|NO|True|Null|y|n|=|<<|-|?|:|.|..|...|--|---|#|a#b|a:b|[|]|{|}|,|&|*|!|>|%|1|-1|+1|0|00|
010|0x1F|0b1|0o7|1_0|1.|.5|1.5|-1.5|1e3|1e-3|1.0e-3|1.0e3|1:20|1:20.5|.inf|-.inf|.nan|2020-01-02|a b|a: b|a #b|'a'|"a"|
it's|a, b|[a]|| a|a |-1 and +1|0 to 360|1 in 20
""".replace("\n", "").split("|")
WORDS = st.sampled_from(TRICKY) | st.text("abc01-+.:_#, '\"[]{}e\n", max_size=6)
SCRAPS = ["a", "b: ", "- ", "  ", "\n", "[", "]", "{", "}", ", ", ": ", "'", '"', " # ", "1"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


def by_pyyaml(text: str) -> Any:
    return yaml.load(text, Loader)  # noqa: S506


def agree(text: str) -> bool:
    """Whether the quick reader reads `text` itself; what it reads must be what PyYAML reads."""
    try:
        found = quick.read(text)
    except quick.Unsure:
        return False
    assert repr(found) == repr(by_pyyaml(text))
    return True


@pytest.mark.parametrize("text", TEXTS["plain"])
def test_plain_yaml_is_read_as_pyyaml_reads_it(text: str) -> None:
    assert agree(text)


@pytest.mark.parametrize("text", TEXTS["left"])
def test_anything_else_is_left_to_pyyaml(text: str) -> None:
    with pytest.raises(quick.Unsure):
        quick.read(text)


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_all_shipped_rules_are_read_quickly(path: Path) -> None:
    assert agree(path.read_text(encoding="utf-8"))


@settings(deadline=None, max_examples=300)
@given(value=VALUES, flow=st.sampled_from([True, False, None]), indent=st.sampled_from([2, 4]))
def test_whatever_pyyaml_writes_is_read_as_it_reads_it(value: Any, flow: Any, indent: int) -> None:
    agree(yaml.safe_dump(value, default_flow_style=flow, indent=indent, width=60))


@settings(deadline=None, max_examples=500)
@given(st.lists(st.sampled_from(SCRAPS) | WORDS))
def test_scraps_of_yaml_are_read_as_pyyaml_reads_them(scraps: list[str]) -> None:
    text = "".join(scraps)
    try:
        by_pyyaml(text)
    except (yaml.YAMLError, ValueError):
        return  # what isn't YAML is found by `rules check`
    agree(text)


def test_a_one_shot_answer_reads_the_shipped_rules_without_pyyaml() -> None:
    code = (
        "import sys\n"
        "from lossadvisor.rulebase.decide import decide\n"
        "from lossadvisor.rulebase.load import RuleBase\n"
        "base = RuleBase()\n"
        "for task in base.questions['task'].choices.values():\n"
        "    if task.domain in base.domains:\n"
        "        decide(base, {'task': task.id})\n"
        "print(*sorted({'yaml', 'jsonschema'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
