"""What stood on a day: edges, dates known to the month or the year, and what is not known."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import cartref
from cartref import history
from cartref.cli import build
from cartref.errors import UsageError
from cartref.model.label import Criterion, Indication

app = build()

CATALOG = cartref.load()


def _json(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def use(**values: Any) -> Indication:
    """An indication with these values."""
    return Indication(
        **{
            "id": "a-use",
            "product": "axi-cel",
            "regulator": "FDA",
            "status": "active",
            "diseases": ("lbcl",),
            "summary": "A use.",
            "sources": ("a-source",),
            **values,
        }
    )


# ---- dates


@pytest.mark.parametrize(
    ("date", "day", "expected"),
    [
        ("2024-04-05", "2024-04-04", False),
        ("2024-04-05", "2024-04-05", True),
        ("2024-04-05", "2024-04-06", True),
        ("2024-04", "2024-03-31", False),
        ("2024-04", "2024-04-01", None),
        ("2024-04", "2024-04-30", None),
        ("2024-04", "2024-05-01", True),
        ("2024", "2023-12-31", False),
        ("2024", "2024-06-30", None),
        ("2024", "2024-12-31", True),
        (None, "2024-06-30", None),
    ],
)
def test_whether_a_date_had_come(date: str | None, day: str, expected: bool | None) -> None:
    assert history.come(date, day) is expected


DATES = st.dates().map(str)


@given(date=DATES, day=DATES, length=st.sampled_from([4, 7, 10]))
def test_a_date_less_exactly_known_never_says_the_contrary(
    date: str, day: str, length: int
) -> None:
    exact, vague = history.come(date, day), history.come(date[:length], day)
    assert vague in (exact, None)
    assert history.earliest(date[:length]) <= date <= history.latest(date[:length])


@pytest.mark.parametrize("text", ["soon", "2024-13", "2024-02-30", "05.04.2024", "", "20240405x"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no date"):
        history.period(text, "--since")


def test_what_lies_behind_the_dataset_is_refused() -> None:
    with pytest.raises(UsageError, match="knows nothing after 2026-11-20"):
        history.full_day("2026-11-21", "--as-of", "2026-11-20")
    assert history.full_day("2026-11-20", "--as-of", "2026-11-20") == "2026-11-20"


def test_a_day_is_needed_to_say_what_stood() -> None:
    with pytest.raises(UsageError, match="give a full day, such as 2024-04-01"):
        history.full_day("2024-04", "--as-of", "2026-11-20")


# ---- indications


@pytest.mark.parametrize(
    ("values", "day", "expected"),
    [
        ({"approved": "2020-03-02"}, "2020-03-01", False),
        ({"approved": "2020-03-02"}, "2020-03-02", True),
        ({"approved": "2020-03"}, "2020-03-15", None),
        ({"approved": None}, "2025-01-01", None),
        (
            {"approved": "2020-03-02", "ended": "2021-05-06", "status": "superseded"},
            "2021-05-05",
            True,
        ),
        (
            {"approved": "2020-03-02", "ended": "2021-05-06", "status": "superseded"},
            "2021-05-06",
            False,
        ),
        ({"approved": "2020-03-02", "ended": "2021-05", "status": "withdrawn"}, "2021-05-06", None),
        ({"approved": "2020-03-02", "status": "withdrawn"}, "2022-01-01", None),
    ],
    ids=[
        "the day before", "the very day", "in the month", "no date", "last day", "day of the end",
        "month of the end", "end not known",
    ],
)  # fmt: skip
def test_an_indication_counts_from_its_approval_to_its_end(
    values: dict[str, Any], day: str, expected: bool | None
) -> None:
    item = use(**values)
    assert history.stood(item, item.approved, item.ended, day) is expected
    sure, doubtful = history.indications([item], day, CATALOG.products)
    assert bool(sure) is (expected is True)
    assert bool(doubtful) is (expected is None)


def test_nothing_stood_before_the_first_approval_of_the_product() -> None:
    assert history.indications([use(approved=None)], "2017-10-17", CATALOG.products) == ([], [])


@pytest.mark.parametrize(
    ("converted", "day", "pathway"),
    [
        ("2023-06-07", "2023-06-06", "accelerated"),
        ("2023-06-07", "2023-06-07", "full"),
        ("2023-06", "2023-06-07", None),
        (None, "2023-06-07", None),
    ],
    ids=["before", "on the day", "in the month", "date not known"],
)
def test_the_status_is_that_of_the_day(
    converted: str | None, day: str, pathway: str | None
) -> None:
    item = use(
        approved="2021-03-05",
        pathway="full",
        pathway_at_approval="accelerated",
        converted=converted,
    )
    assert history.then(item, day).pathway == pathway


def test_a_condition_counts_from_its_beginning_to_its_end() -> None:
    dropped = Criterion(kind="excluded-disease", value="primary-cns-lymphoma", until="2026-02-06")
    added = Criterion(kind="disease-status", value="relapsed", since="2022-01-01")
    item = use(approved="2017-10-18", criteria=(dropped, added))
    before = history.then(item, "2021-12-31")
    assert [part.value for part in before.criteria] == ["primary-cns-lymphoma"]
    assert before.criteria[0].until is None
    assert before.excludes == ("pcnsl",)
    after = history.then(item, "2026-02-06")
    assert [part.value for part in after.criteria] == ["primary-cns-lymphoma", "relapsed"]
    assert after.excludes == ()


# ---- on the command line


def test_lymphoma_in_the_united_states_in_2018() -> None:
    found = _json("indication", "DLBCL", "--as-of", "2018-06-01", "--regulator", "FDA")
    assert {item["product"] for item in found["results"]} == {"axi-cel", "tisa-cel"}
    assert found["query"]["as_of"] == "2018-06-01"


@pytest.mark.parametrize(
    ("day", "lines"),
    [("2024-04-04", [4]), ("2024-04-05", [1])],
    ids=["day before", "the very day"],
)
def test_a_use_gives_way_on_the_day_of_the_next(day: str, lines: list[int]) -> None:
    found = _json("eligibility", "cilta-cel", "--regulator", "FDA", "--as-of", day)["results"]
    assert [item["min_prior_lines"] for item in found] == lines
    assert [item["status"] for item in found] == ["active"]


@pytest.mark.parametrize(
    ("day", "relation"), [("2026-02-05", "excluded"), ("2026-02-06", "formerly-excluded")]
)
def test_an_exclusion_counts_to_its_last_day(day: str, relation: str) -> None:
    found = _json("indication", "PCNSL", "--product", "axi-cel", "--regulator", "FDA",
                  "--as-of", day)  # fmt: skip
    assert {item["relation"] for item in found["not_covered"]} == {relation}


def test_a_month_that_holds_the_day_is_told_as_open() -> None:
    found = _json("eligibility", "ide-cel", "--regulator", "EMA", "--as-of", "2024-03-15")
    assert found["results"] == []
    assert "ide-cel (EMA, mm, approved 2024-03)" in " ".join(found["notices"])
    assert "approved 2021-08-18, ended 2024-03)" in " ".join(found["notices"])


def test_monitoring_and_boxed_warning_are_those_of_the_day() -> None:
    found = _json("product", "axi-cel", "--regulator", "FDA", "--as-of", "2024-01-01")
    [profile] = found["results"]
    [rule] = profile["monitoring"]
    assert (rule["proximity_weeks"], rule["rems"], rule["valid_to"]) == (4, "active", None)
    [box] = profile["boxed_warnings"]
    assert not any("malignan" in item.casefold() for item in box["items"])
    assert all(event["date"] <= "2024-01-01" for event in profile["regulatory_events"])
    assert any("told as it is known today" in line for line in found["notices"])


@pytest.mark.parametrize(
    ("product", "day", "regulator"),
    [("brexu-cel", "2024-02-01", "MHRA"), ("tisa-cel", "2018-01-01", "PMDA")],
)
def test_a_filter_makes_no_licensed_product_investigational(
    product: str, day: str, regulator: str
) -> None:
    found = _json("product", product, "--regulator", regulator, "--as-of", day)
    [profile] = found["results"]
    assert (profile["status"], profile["indications"]) == ("approved", [])
    assert f"No use of {product} among those asked for" in found["notices"][0]


@pytest.mark.parametrize(
    ("product", "day"),
    [("cilta-cel", "2023-06-01"), ("tisa-cel", "2024-06-01"), ("axi-cel", "2025-06-30")],
    ids=["before the first known text", "between two texts", "month of the change"],
)
def test_a_boxed_warning_that_is_not_known_is_said(product: str, day: str) -> None:
    found = _json("product", product, "--regulator", "FDA", "--as-of", day)
    assert found["results"][0]["boxed_warnings"] == []
    assert f"Not known of that day: {product} boxed warnings (FDA)." in found["notices"]


def test_later_warnings_and_decisions_are_left_out() -> None:
    then = _json("product", "cilta-cel", "--as-of", "2023-06-01")["results"][0]
    assert all((item["as_of"] or "") <= "2023-06-01" for item in then["warnings"])
    assert _json("product", "anito-cel", "--as-of", "2026-08-03")["results"][0]["pending"] == []
    assert _json("product", "anito-cel", "--as-of", "2026-08-04")["results"][0]["pending"]


def test_what_is_not_known_of_the_day_stands_before_the_rest() -> None:
    result = CliRunner().invoke(
        app, ["product", "cilta-cel", "--as-of", "2023-06-01", "--format", "table"]
    )
    shown = result.stdout
    assert shown.startswith("As it stood on 2023-06-01")
    assert shown.index("told as it is known today") < shown.index("Identity")


def test_a_product_approved_some_time_in_that_month_is_not_called_investigational() -> None:
    found = _json("product", "relma-cel", "--as-of", "2021-09-15")
    assert found["results"][0]["status"] == "approved"
    assert found["results"][0]["indications"] == []
    assert "relma-cel (NMPA, lbcl, approved 2021-09)" in " ".join(found["notices"])


def test_only_approvals_carry_dates() -> None:
    result = CliRunner().invoke(
        app, ["product", "--as-of", "2020-01-01", "--status", "investigational"]
    )
    assert (result.exit_code, result.stdout) == (2, "")


def test_before_its_first_approval_a_product_is_not_approved() -> None:
    found = _json("product", "cilta-cel", "--as-of", "2020-01-01")
    [profile] = found["results"]
    assert (profile["status"], profile["indications"]) == ("investigational", [])
    assert profile["doses"] == profile["monitoring"] == profile["boxed_warnings"] == []
    assert "cilta-cel was not approved by any regulator" in found["notices"][0]


def test_the_list_is_that_of_the_day() -> None:
    found = _json("product", "--as-of", "2018-01-01", "--regulator", "FDA")["results"]
    assert [item["id"] for item in found] == ["tisa-cel", "axi-cel"]


@pytest.mark.parametrize("command", ["product", "indication", "eligibility", "timeline"])
@pytest.mark.parametrize(
    ("day", "hint"),
    [("soon", "is no date"), ("2024-04", "give a full day"), ("2030-01-01", "knows nothing after")],
)
def test_a_wrong_day_is_one_line_and_exit_code_2(command: str, day: str, hint: str) -> None:
    name = ["DLBCL"] if command == "indication" else []
    result = CliRunner().invoke(app, [command, *name, "--as-of", day])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: --as-of")
    assert hint in result.stderr


def test_the_day_of_the_dataset_shows_what_stands_today() -> None:
    today = CATALOG.dataset.as_of
    for disease in ("DLBCL", "MM", "B-ALL"):
        now = _json("indication", disease)
        then = _json("indication", disease, "--as-of", today)
        dated = [item["id"] for item in now["results"] if item["approved"]]
        assert set(dated) >= {item["id"] for item in then["results"]}
        told = " ".join(then["notices"])
        for item in now["results"]:
            known = item["id"] in {other["id"] for other in then["results"]}
            assert known or f"{item['product']} ({item['regulator']}" in told
