"""Errors of a model in plain words, with their place."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 (pydantic reads it)
from datetime import date  # noqa: TC003
from typing import Annotated, Literal, Self

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from integrasim.documents.problems import InputError
from integrasim.documents.shapes import shapes_of
from integrasim.documents.validation import in_order, invalid, validate
from integrasim.documents.yaml import merge_documents, parse_document


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", use_attribute_docstrings=True)


def check_odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError(f"{value} is even")
    return value


class Circle(Strict):
    kind: Literal["circle"]
    radius: Annotated[FiniteFloat, Field(gt=0)]
    """how far it reaches"""
    shade: float = 0.0


class Square(Strict):
    kind: Literal["square"]
    edge: float
    """how long a side is"""
    shade: float = 0.0


class Style(Strict):
    width: Annotated[int, Field(ge=1, le=9)] = 1
    """how wide the lines are"""
    colour: Literal["red", "green"] = "red"
    name: Annotated[str, Field(min_length=1)] = "plain"
    """what to call it"""


class Range(Strict):
    low: float
    high: Annotated[float, Field(lt=100)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.low > self.high:
            raise invalid("high lies below low", "Swap them.", at=("high",))
        return self


class Drawing(Strict):
    shape: Annotated[Circle | Square, Field(discriminator="kind")]
    """what is drawn"""
    style: Style = Style()
    spans: Mapping[str, Range] = {}
    marks: Annotated[tuple[int, ...], Field(strict=False, min_length=1, max_length=2)] = (1,)
    """one or two marks"""
    code: Annotated[str, Field(pattern=r"^[a-z ]+$")] = "a"
    odd: Annotated[int, AfterValidator(check_odd)] = 1
    visible: bool = True
    since: date | None = None


def complaints(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        validate(parse_document(text, file="f"), Drawing)
    return [str(problem) for problem in caught.value.problems]


CIRCLE = "shape: {kind: circle, radius: 1}\n"


def test_a_document_that_is_right_becomes_an_instance() -> None:
    drawing = validate(parse_document(CIRCLE, file="f"), Drawing)
    assert drawing == Drawing(shape=Circle(kind="circle", radius=1.0))


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("style: {}", "f:1:1: shape: this key is missing", "Add it: what is drawn."),
        ("shape: 5", "f:1:1: shape: 5 is not a map of keys", "Write a map of keys: what is drawn."),
        (
            "shape: {radius: 1}",
            "f:1:1: shape.kind: this key is missing",
            "Add it: circle or square.",
        ),
        (
            "shape: {kind: sqare}",
            'f:1:9: shape.kind: "sqare" is not known here',
            "Did you mean square?",
        ),
        ("shape: {kind: 7}", "f:1:9: shape.kind: 7 is not known here", "Use circle or square."),
        (
            "shape: {kind: circle}",
            "f:1:1: shape.radius: this key is missing",
            "Add it: how far it reaches.",
        ),
        (
            "shape: {kind: circle, radius: .inf}",
            "f:1:23: shape.radius: inf is not a finite number",
            "Write a number.",
        ),
        (
            "shape: {kind: circle, radius: -1}",
            "f:1:23: shape.radius: -1 is too small",
            "Use a number above 0.",
        ),
        (
            "shape: {kind: circle, radius: one}",
            'f:1:23: shape.radius: "one" is not a number',
            "Write a number: how far it reaches.",
        ),
        (
            "shape: {kind: circle, radius: '1'}",
            'f:1:23: shape.radius: "1" is not a number',
            "Write 1 without quotation marks.",
        ),
        (
            "shape: {kind: circle, radius: true}",
            "f:1:23: shape.radius: true is not a number",
            "Write a number: how far it reaches.",
        ),
        (
            "shape: {kind: circle, radius: {dist: uniform}}",
            "f:1:23: shape.radius: a distribution stands where its value must be fixed",
            "Write a number: how far it reaches.",
        ),
        (
            CIRCLE + "style: {width: 0}",
            "f:2:9: style.width: 0 is too small",
            "Use at least 1.",
        ),
        (CIRCLE + "style: {width: 10}", "f:2:9: style.width: 10 is too large", "Use at most 9."),
        (
            CIRCLE + "style: {width: 1.5}",
            "f:2:9: style.width: 1.5 is not a whole number",
            "Write a whole number: how wide the lines are.",
        ),
        (
            CIRCLE + "style: {colour: gren}",
            'f:2:9: style.colour: "gren" is not known here',
            "Did you mean green?",
        ),
        (
            CIRCLE + "style: {colour: 1}",
            "f:2:9: style.colour: 1 is not known here",
            "Use red or green.",
        ),
        (
            CIRCLE + "style: {name: ''}",
            "f:2:9: style.name: this text is empty",
            "Write it: what to call it.",
        ),
        (
            CIRCLE + "style: {name: 5}",
            "f:2:9: style.name: 5 is not text",
            'Put it in quotation marks: "5".',
        ),
        (
            CIRCLE + "style: {name: [a]}",
            "f:2:9: style.name: a list is not text",
            "Write text: what to call it.",
        ),
        (
            CIRCLE + "style:",
            "f:2:1: style: nothing is written here",
            "Write a map of keys.",
        ),
        (
            CIRCLE + "spans: {x: {low: 2, high: 1}}",
            "f:2:21: spans.x.high: high lies below low",
            "Swap them.",
        ),
        (
            CIRCLE + "spans: {x: {low: 2, high: 100}}",
            "f:2:21: spans.x.high: 100 is too large",
            "Use a number below 100.",
        ),
        (
            CIRCLE + "spans: [1]",
            "f:2:1: spans: a list is not a map of keys",
            "Write a map of keys.",
        ),
        (
            CIRCLE + "marks: []",
            "f:2:1: marks: 0 entries are too few",
            "Write at least 1: one or two marks.",
        ),
        (
            CIRCLE + "marks: [1, 2, 3]",
            "f:2:1: marks: 3 entries are too many",
            "Write at most 2: one or two marks.",
        ),
        (
            CIRCLE + "marks: [1, x]",
            'f:2:12: marks[1]: "x" is not a whole number',
            "Write a whole number: one or two marks.",
        ),
        (
            CIRCLE + "marks: 1",
            "f:2:1: marks: 1 is not a list",
            "Write a list: one or two marks.",
        ),
        (CIRCLE + "code: A1", 'f:2:1: code: "A1" does not fit here', "Change it."),
        (CIRCLE + "odd: 2", "f:2:1: odd: 2 is even", "Mend it."),
        (
            CIRCLE + "visible: yes",
            'f:2:1: visible: "yes" is not true or false',
            "Write true or false.",
        ),
        (CIRCLE + "since: x", 'f:2:1: since: "x" is not a day', "Write a day."),
    ],
)
def test_each_error_says_what_is_wrong_and_what_would_be_right(
    text: str, message: str, remedy: str
) -> None:
    assert complaints(text) == [f"{message}. {remedy}"]


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        (CIRCLE + "styel: {}", "f:2:1: styel: this key is unknown", "Did you mean style?"),
        (
            CIRCLE + "style: {wdth: 1}",
            "f:2:9: style.wdth: this key is unknown",
            "Did you mean width?",
        ),
        (
            CIRCLE + "width: 1",
            "f:2:1: width: this key is unknown",
            "It belongs under style.",
        ),
        (
            CIRCLE + "style: {marks: [1]}",
            "f:2:9: style.marks: this key is unknown",
            "It belongs at the top level.",
        ),
        (
            CIRCLE + "style: {zzz: 1}",
            "f:2:9: style.zzz: this key is unknown",
            "Use width, colour or name.",
        ),
        # The other shape has this key, but this one is a circle.
        (
            "shape: {kind: circle, radius: 1, edge: 2}",
            "f:1:34: shape.edge: this key is unknown",
            "Use kind, radius or shade.",
        ),
        # `low` belongs under a key that the user chooses, which has no name here.
        (
            CIRCLE + "style: {low: 1}",
            "f:2:9: style.low: this key is unknown",
            "Use width, colour or name.",
        ),
        (
            CIRCLE + "spans: {x: {low: 1, high: 2, hihg: 3}}",
            "f:2:30: spans.x.hihg: this key is unknown",
            "Did you mean high?",
        ),
    ],
)
def test_an_unknown_key_is_offered_what_was_meant(text: str, message: str, remedy: str) -> None:
    assert complaints(text) == [f"{message}. {remedy}"]


def test_a_misspelt_key_is_not_missing_as_well() -> None:
    assert complaints("shape: {kind: circle, raduis: 1}") == [
        "f:1:23: shape.raduis: this key is unknown. Did you mean radius?"
    ]


def test_everything_wrong_is_said_at_once_in_order_of_place() -> None:
    text = "style: {width: 0, colour: blue}\nodd: 2\nshape: {kind: square, edge: x}\nmore: 1\n"
    assert [line.split(": ")[1] for line in complaints(text)] == [
        "style.width",
        "style.colour",
        "odd",
        "shape.edge",
        "more",
    ]


def test_an_error_in_a_base_is_reported_there_and_after_those_of_the_file_itself() -> None:
    base = parse_document("\nshape: {kind: circle, radius: -1}\n", file="base")
    top = parse_document("style: {width: 0}\nshape: {shade: x}", file="top")
    with pytest.raises(InputError) as caught:
        validate(merge_documents(base, top), Drawing)
    assert [str(problem).split(": ")[0] for problem in caught.value.problems] == [
        "top:1:9",
        "top:2:9",
        "base:2:23",
    ]


def test_problems_of_other_files_come_last() -> None:
    document = parse_document("a: 1", file="m")
    places = [("a", 1), ("z", 1), ("m", 9), ("m", 2)]
    problems = [
        parse_document("\n" * (line - 1) + "x: 1", file=file).position(()).problem((), "", "")
        for file, line in places
    ]
    ordered = [(problem.file, problem.line) for problem in in_order(document, problems)]
    assert ordered == [("m", 2), ("m", 9), ("a", 1), ("z", 1)]


def test_a_model_whose_keys_say_nothing_leaves_the_remedy_short() -> None:
    class Bare(BaseModel, extra="forbid", strict=True):
        size: int

    for text, remedy in (("size: x", "Write a whole number."), ("a: 1", "Add it.")):
        with pytest.raises(InputError, match=remedy):
            validate(parse_document(text, file="f"), Bare)


def test_a_model_without_keys_has_an_unknown_key_removed() -> None:
    class Empty(BaseModel, extra="forbid"):
        pass

    with pytest.raises(InputError) as caught:
        validate(parse_document("a: 1", file="f"), Empty)
    assert str(caught.value) == "f:1:1: a: this key is unknown. Remove it."


def test_shapes_know_the_choices_of_a_place() -> None:
    shapes = shapes_of(Drawing)
    assert shapes.choices_at(("shape",), "kind") == ("circle", "square")
    assert shapes.choices_at(("style",), "kind") == ()
