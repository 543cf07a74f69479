"""Every programme has a name that advisers read."""

from __future__ import annotations

from integrasim.law.instruments import PROGRAMMES
from integrasim.law.instruments.programme_labels import PROGRAMME_LABELS


def test_every_programme_has_a_label() -> None:
    assert set(PROGRAMMES) <= set(PROGRAMME_LABELS)


def test_labels_are_told_from_each_other() -> None:
    for language in ("de", "en"):
        labels = {getattr(label, language) for label in PROGRAMME_LABELS.values()}
        assert len(labels) == len(PROGRAMME_LABELS)
