"""Rules that look across the parts of a scenario file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.scenario.rules.arrivals import arrival_problems
from integrasim.scenario.rules.dependence import dependence_problems
from integrasim.scenario.rules.illness import illness_problems
from integrasim.scenario.rules.labels import label_problems
from integrasim.scenario.rules.law import law_problems
from integrasim.scenario.rules.numerals import numeral_problems
from integrasim.scenario.rules.parts import Parts
from integrasim.scenario.rules.places import places_problems
from integrasim.scenario.rules.tables import table_problems
from integrasim.scenario.rules.world import world_problems

if TYPE_CHECKING:
    from integrasim.documents.problems import Problem
    from integrasim.documents.yaml import Document

__all__ = ["rule_problems"]


def rule_problems(document: Document) -> list[Problem]:
    r"""
    Return what is wrong between parts of a scenario file that are right by themselves.

    Parameters
    ----------
    document
        The file, with all it extends.

    Examples
    --------
    >>> from integrasim.documents.yaml import parse_document
    >>> document = parse_document("baseline: a\noptions: {b: {}}", file="a.yaml")
    >>> print(*rule_problems(document))
    a.yaml:1:1: baseline: there is no option a. Use b.
    """
    parts = Parts(document)
    return [
        *numeral_problems(document.root),
        *arrival_problems(parts),
        *world_problems(parts),
        *places_problems(parts),
        *illness_problems(parts),
        *dependence_problems(parts),
        *law_problems(parts),
        *label_problems(parts),
        *table_problems(parts),
    ]
