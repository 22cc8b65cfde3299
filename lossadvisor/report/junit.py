"""Verdicts as a JUnit report, which CI services show by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from lossadvisor.proof.verdict import FAILED, NOT_CHECKED, Result, Verdict
from lossadvisor.report.data import label


def junit(verdicts: Iterable[Verdict]) -> str:
    """One suite per program and device, one case per check."""
    root = ET.Element("testsuites", name="lossadvisor")
    for verdict in verdicts:
        suite = ET.SubElement(
            root,
            "testsuite",
            name=f"{verdict.program.path or label(verdict)} ({verdict.cell})",
            tests=str(len(verdict.results)),
            failures=str(verdict.count(FAILED)),
            skipped=str(verdict.count(NOT_CHECKED)),
            time=f"{verdict.seconds:.3f}",
        )
        for result in verdict.results:
            case = ET.SubElement(suite, "testcase", name=result.check, classname=label(verdict))
            if result.status == FAILED:
                failure = ET.SubElement(case, "failure", message=printable(result.message))
                failure.text = "\n".join(advice(result))
            elif result.status == NOT_CHECKED:
                ET.SubElement(case, "skipped", message=printable(result.message))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def advice(result: Result) -> Iterator[str]:
    """The likely cause of a failure, the edit that takes it away, and where."""
    parts = [("likely cause", result.cause), ("edit", result.fix), ("line", str(result.line or ""))]
    yield from (f"{name}: {printable(said)}" for name, said in parts if said)


def printable(text: str) -> str:
    """`text` without the control characters that XML can't hold."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
