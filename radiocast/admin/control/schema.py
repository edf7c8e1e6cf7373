"""JSON Schema in few words (draft 2020-12, as OpenAPI 3.1 has it). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Schema = Mapping[str, object]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
WORDS: Schema = {"type": "string", "maxLength": 200}
"""Of a search."""


def between(least: int, most: int) -> Schema:
    """A whole number."""
    return {"type": "integer", "minimum": least, "maximum": most}


def maybe(schema: Schema) -> Schema:
    """This, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def several(schema: Schema) -> Schema:
    """A list of these, of any length."""
    return {"type": "array", "items": schema}


def ref(name: str) -> Schema:
    """One of `components`."""
    return {"$ref": f"#/components/schemas/{name}"}


def fields(always: Mapping[str, Schema], admin: Mapping[str, Schema] | None = None) -> Schema:
    """An object that has all of the first, for the administrator all of the second too, and
    nothing else."""
    return {
        "type": "object",
        "properties": {**always, **(admin or {})},
        "required": list(always),
        "additionalProperties": False,
    }


def given(optional: Mapping[str, Schema], *choices: tuple[str, ...]) -> Schema:
    """What a caller sends: an object with some of these, and with all the names of at least one
    of the choices."""
    schema: dict[str, object] = {
        "type": "object",
        "properties": dict(optional),
        "additionalProperties": False,
    }
    if len(choices) == 1:
        schema["required"] = list(choices[0])
    elif choices:
        schema["anyOf"] = [{"required": list(each)} for each in choices]
    return schema


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes of a call that succeeds."""

    schema: Schema
    """Of the JSON; empty: it is none."""
    status: int = 200
    content_types: tuple[str, ...] = ("application/json",)
    """The first is the one that has the schema."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something in the query that may be left out."""

    name: str
    schema: Schema
    about: str
