"""The JSON Schema of every output, generated from the model.

Types and allowed values come from the annotations, descriptions from the docstrings. Every key
is always there; an absent value is null and an empty list ``[]``.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any, get_args

from cartref import layout
from cartref.model import (
    answer,
    dataset,
    label,
    match,
    patient,
    product,
    reference,
    source,
    study,
    vocabulary,
)
from cartref.render.plain import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
MODULES = (answer, dataset, label, match, patient, product, reference, source, study)
_SIMPLE: dict[str, dict[str, Any]] = {
    "str": {"type": "string"},
    "Date": {"type": "string", "pattern": DATE},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
}


def schema() -> dict[str, Any]:
    """The schema of every JSON output: the envelope of each command, and the export."""
    commands = {
        "product": _ref("Profile"),
        "products": _ref("ProductSummary"),
        "indication": _ref("IndicationAnswer"),
        "eligibility": _ref("EligibilityAnswer"),
        "diseases": _ref("DiseaseAnswer"),
        "side-effects": _ref("AdverseReaction"),
        "compare": _ref("ComparisonRow"),
        "trial": _ref("TrialAnswer"),
        "trials": _ref("Trial"),
        "timeline": _ref("TimelineEntry"),
        "pathway": _ref("StageOfPathway"),
        "explain": _ref("Explanation"),
        "terms": _ref("Term"),
        "search": _ref("Hit"),
        "source": _ref("SourceAnswer"),
        "sources": _ref("Source"),
        "data info": _ref("Coverage"),
        "data freshness": _ref("Freshness"),
    }
    more = {
        "indication": {"not_covered": _list(_ref("IndicationAnswer"))},
        "eligibility": {"patients": _list(_ref("Patient"))},
        "side-effects": {"event": _nullable(_ref("AdverseEvent"))},
        "timeline": {"pending": _list(_ref("Pending"))},
        "data info": {"not_known": _list(_ref("Gap"))},
    }
    return {
        "$schema": DIALECT,
        "$id": f"https://cartref.org/schema/{SCHEMA_VERSION}",
        "title": f"Output of cartref, schema version {SCHEMA_VERSION}",
        "oneOf": [
            *(_envelope(name, result, more.get(name, {})) for name, result in commands.items()),
            _ref("Export"),
            _ref("ResolvedRow"),
        ],
        "$defs": _definitions(),
    }


def patient_schema() -> dict[str, Any]:
    """The schema of a file of patients for the command ``eligibility``: one, or a list.

    In TOML, many patients stand each below ``[[patient]]``; in NDJSON, one stands on each line.
    """
    from cartref.patients import LONGEST_ID, MOST

    one = _record(patient.Patient)
    for shape in one["properties"].values():  # null is what programs write for what is not known
        shape["type"] = list(dict.fromkeys([*_types(shape), "null"]))
    one["properties"]["id"]["maxLength"] = LONGEST_ID
    for name, most in MOST.items():
        one["properties"][name] |= {"minimum": 0, "maximum": most}
    return {
        "$schema": DIALECT,
        "$id": f"https://cartref.org/schema/{SCHEMA_VERSION}/patient",
        "title": "Patients for cartref eligibility --patient",
        "anyOf": [_ref("Patient"), {**_list(_ref("Patient")), "minItems": 1}],
        "$defs": {"Patient": {**one, "required": []}},
    }


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _told(shape: dict[str, Any], meaning: str) -> dict[str, Any]:
    return {**shape, "description": meaning}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _nullable(part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in part:
        return {"anyOf": [part, {"type": "null"}]}
    wide = {**part, "type": [part["type"], "null"]}
    if "enum" in part:
        wide["enum"] = [*part["enum"], None]
    return wide


def _types(shape: dict[str, Any]) -> list[str]:
    kinds = shape["type"]
    return kinds if isinstance(kinds, list) else [kinds]


def _object(properties: dict[str, Any], title: str = "") -> dict[str, Any]:
    """An object that has all of these keys and no others."""
    return {
        **({"description": title} if title else {}),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _envelope(command: str, result: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The envelope of one command. A question that failed has no results and no further keys."""
    envelope = _object(
        {
            "schema_version": {"const": SCHEMA_VERSION},
            "command": {"const": command},
            "dataset": _ref("Dataset"),
            "query": {
                "type": "object",
                "properties": {
                    "match": _nullable(_ref("Match")),
                    "matches": _list(_ref("Match")),
                    "filter_matches": _list(_ref("Match")),
                },
                "required": ["match", "matches", "filter_matches"],
            },
            "results": _list(result),
            **more,
            "sources": {"type": "object", "additionalProperties": _ref("Source")},
            "notices": _list({"type": "string"}),
        }
    )
    envelope["required"] = [key for key in envelope["required"] if key not in more]
    return envelope


def _resolved_row(matched: dict[str, Any]) -> dict[str, Any]:
    """A row that ``resolve`` writes as NDJSON: the members it was read with, and the answer.

    Args:
        matched: the properties of a match
    """
    answer_keys = ("id", "kind", "matched", "alternatives", "status")
    row = _object({key: matched[key] for key in answer_keys})
    row["description"] = "A row of the command resolve; --prefix stands before these names."
    row["properties"] = {"input": matched["input"], **row["properties"]}
    # An envelope is no row, though a row may have any further members.
    return {**row, "additionalProperties": True, "not": {"required": ["schema_version"]}}


# ---- from the model


def _definitions() -> dict[str, Any]:
    """One definition a record class, and the shapes that commands compose from them."""
    found = {cls.__name__: _record(cls) for cls in _classes()}

    def flat(name: str, *without: str) -> dict[str, Any]:
        """The fields of a record, which stand beside others of its answer."""
        fields: dict[str, Any] = found[name]["properties"]
        return {key: shape for key, shape in fields.items() if key not in without}

    screening = flat("Screening", "indication")
    settled = screening["verdict"]["description"]
    screening["verdict"] = _told(_nullable(_shape("Verdict")), f"{settled}; null without facts")
    relation = "how the indication stands to the disease that was asked for"
    count = {"type": "integer", "minimum": 0}
    return found | {
        "Profile": _object(
            {**flat("Product"), **flat("Profile", "product")},
            "Everything that is known of one product.",
        ),
        "IndicationAnswer": _object(
            {**flat("Indication"), "relation": _told(_shape("Relation"), relation)},
            "An indication, and how it stands to the question.",
        ),
        "EligibilityAnswer": _object(
            {**flat("Indication"), **screening},
            "An indication, and what the facts of a patient say of it; without facts no verdict.",
        ),
        "DiseaseAnswer": _object(
            {
                **flat("Disease"),
                "products": _told(count, "products with an active indication"),
                "regulators": _told(count, "regulators that granted one"),
            },
            "A disease in the tree.",
        ),
        "TrialAnswer": _object(
            {
                **flat("Trial"),
                "outcomes": _told(_list(_ref("Outcome")), "efficacy"),
                "adverse_reactions": _told(_list(_ref("AdverseReaction")), "safety"),
            },
            "A trial in full.",
        ),
        "SourceAnswer": _object(
            {
                **flat("Source"),
                "records": _told(_list(_ref("Hit")), "every record that cites it"),
            },
            "A reference, and what rests on it.",
        ),
        "Export": _export(),
        "ResolvedRow": _resolved_row(flat("Match")),
    }


def _export() -> dict[str, Any]:
    return _object(
        {
            "schema_version": {"const": SCHEMA_VERSION},
            "dataset": _ref("Dataset"),
            **{table.list: _list(_ref(table.record)) for table in layout.TABLES.values()},
        },
        "The whole dataset as flat lists with foreign keys.",
    )


def _classes() -> Iterable[type]:
    """The record classes of the model."""
    for module in MODULES:
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == module.__name__:
                yield value


def _record(cls: type) -> dict[str, Any]:
    described = _descriptions(cls)
    properties = {}
    for part in fields(cls):
        shape = _shape(str(part.type))
        if part.name.endswith("_pct"):
            shape = {**shape, "minimum": 0, "maximum": 100}
        properties[part.name] = {**shape, "description": described[part.name]}
    return _object(properties, (cls.__doc__ or "").partition("\n")[0])


def _shape(annotation: str) -> dict[str, Any]:
    """The schema of one annotation."""
    if annotation.endswith(" | None"):
        return _nullable(_shape(annotation.removesuffix(" | None")))
    if annotation in _SIMPLE:
        return dict(_SIMPLE[annotation])
    if annotation.startswith("tuple["):
        return _list(_shape(annotation[6:].removesuffix(", ...]")))
    if annotation.startswith("Literal["):
        return {"type": "string", "enum": re.findall(r"[\"']([^\"']+)[\"']", annotation)}
    allowed = getattr(vocabulary, annotation, None)
    if allowed is not None:
        return {"type": "string", "enum": list(get_args(allowed))}
    return _ref(annotation)


def _descriptions(cls: type) -> dict[str, str]:
    """The text of each field, out of the docstring."""
    _, _, listed = inspect.cleandoc(cls.__doc__ or "").partition("Attributes:\n")
    found: dict[str, str] = {}
    name = ""
    for line in listed.splitlines():
        started = re.match(r" {4}(\w+): (.*)", line)
        if started:
            name = started[1]
            found[name] = started[2]
        elif line.strip():
            found[name] += " " + line.strip()
    return found
