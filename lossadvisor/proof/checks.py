"""The catalogue of checks. Each says in its first line which mistake it catches."""

from __future__ import annotations

from collections.abc import Callable

from lossadvisor.proof import edge_checks, inference_checks, loss_checks, program_checks, training_checks, twin
from lossadvisor.proof.families import FAMILIES
from lossadvisor.proof.subject import Subject

CHECKS: dict[str, Callable[[Subject], str]] = {
    "runs": training_checks.runs,
    "contract": program_checks.contract,
    "scalar": program_checks.scalar,
    "gradients": program_checks.gradients,
    "order": loss_checks.order,
    "every-target": loss_checks.every_target,
    "quantile-slope": loss_checks.quantile_slope,
    "zero-value": loss_checks.zero_value,
    "perfect-value": loss_checks.perfect_value,
    "direction": loss_checks.direction,
    "shift": loss_checks.shift,
    "pairing": loss_checks.pairing,
    "sample-order": loss_checks.sample_order,
    "bounds": loss_checks.bounds,
    "refuses": program_checks.refuses,
    "missing-ignored": program_checks.missing_ignored,
    "all-missing": program_checks.all_missing,
    "one-sample": edge_checks.one_sample,
    "one-class": edge_checks.one_class,
    "one-and-all": edge_checks.one_and_all,
    "extremes": edge_checks.extremes,
    "half-precision": edge_checks.half_precision,
    "inference": inference_checks.inference,
    "fresh-gradients": training_checks.fresh_gradients,
    "overfits": training_checks.overfits,
    "terms": loss_checks.terms,
    "steps": training_checks.steps,
    "told-probabilities": inference_checks.told_probabilities,
    **FAMILIES,
    "generated-value": twin.generated_value,
    "compiled": edge_checks.compiled,
}
"""Every check by its name: first those that always run, in their order, then the special ones."""
