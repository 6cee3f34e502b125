"""The filters that commands share: from what was typed to what a record must have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from cartref.errors import UsageError
from cartref.names import NOUNS, resolve, resolve_any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.label import Indication
    from cartref.model.product import Product
    from cartref.names import Kind

_SAME = {
    "HC": "HealthCanada",
    "CANADA": "HealthCanada",
    "HEALTH CANADA": "HealthCanada",
    "EU": "EMA",
    "EC": "EMA",
    "US": "FDA",
    "UK": "MHRA",
    "GB": "MHRA",
    "JAPAN": "PMDA",
    "MHLW": "PMDA",
    "CHINA": "NMPA",
    "AUSTRALIA": "TGA",
    "SWITZERLAND": "Swissmedic",
    "SWISS": "Swissmedic",
    "SINGAPORE": "HSA",
    "KOREA": "MFDS",
    "SOUTH KOREA": "MFDS",
    "INDIA": "CDSCO",
    "SPAIN": "AEMPS",
    "HONG KONG": "HongKongDH",
    "HONGKONG": "HongKongDH",
    "MACAU": "ISAF",
    "MACAO": "ISAF",
    "EUROPE": "EMA",
    "JP": "PMDA",
    "USA": "FDA",
    "EUROPEAN MEDICINES AGENCY": "EMA",
    "FOOD AND DRUG ADMINISTRATION": "FDA",
}


def regulator(name: str | None) -> str | None:
    """The regulator as the dataset writes it.

    Raises:
        UsageError: there is no such regulator; names those there are
    """
    if name is None:
        return None
    from cartref.model.vocabulary import Regulator

    known = get_args(Regulator)
    wanted = name.strip().upper()
    meant = _SAME.get(wanted, wanted)
    for item in known:
        if item.upper() == meant.upper():
            return str(item)
    raise UsageError(f"--regulator: no regulator '{name}'; there are {', '.join(known)}")


def refuse(value: object, option: str, why: str) -> None:
    """Refuse an option that makes no sense beside the others.

    Raises:
        UsageError: the option was given
    """
    if value is not None:
        raise UsageError(f"{option} does not go with a name: {why}")


def named(
    catalog: Catalog,
    answer: Answer,
    kinds: Sequence[Kind],
    name: str,
    *,
    exact: bool,
    given: Mapping[str, Any] | None = None,
) -> tuple[Kind, str]:
    """Find what a name means that may stand for a filter, and keep how it matched.

    Args:
        catalog: the dataset
        answer: the answer
        kinds: what the name may mean
        name: the name as typed
        exact: whether typing errors are refused
        given: what options ask for, by kind; those of the answer if not given

    Returns:
        the kind of the record, and its id

    Raises:
        UsageError: an option names one of that kind too
        NotFoundError, AmbiguousError: the name cannot be resolved
    """
    kind, match = resolve_any(catalog, kinds, name, exact=exact)
    other = (answer.query if given is None else given).get(kind)
    if other is not None:
        raise UsageError(f"--{kind} does not go with a name: the name is a {NOUNS[kind]} already")
    answer.matches.append(match)
    return kind, match.found


class Filters(NamedTuple):
    """What indications and products must have to be shown.

    Attributes:
        catalog: the dataset
        regulator: the regulator
        target: the target antigen
        disease: id of the disease
        product: id of the product
        status: the status of the product
        line: the line of therapy
        as_of: the day of which the answer shall be; none for today
    """

    catalog: Catalog
    regulator: str | None = None
    target: str | None = None
    disease: str | None = None
    product: str | None = None
    status: str | None = None
    line: int | None = None
    as_of: str | None = None

    @classmethod
    def of(cls, catalog: Catalog, answer: Answer, *, exact: bool) -> Filters:
        """Read the filters of a question, and keep how their names matched with its answer.

        Raises:
            UsageError: a regulator, target, status or day that does not exist
            NotFoundError, AmbiguousError: a disease or product that cannot be resolved
        """
        query = answer.query
        found: dict[str, Any] = {
            "regulator": regulator(query.get("regulator")),
            "line": query.get("line"),
        }
        if query.get("as_of") is not None:
            from cartref.history import full_day

            found["as_of"] = full_day(query["as_of"], "--as-of", catalog.dataset.as_of)
        if query.get("target") is not None:
            found["target"] = _target(catalog, query["target"])
        if query.get("status") is not None:
            from cartref.model.vocabulary import ProductStatus

            found["status"] = one_of(query["status"], "--status", get_args(ProductStatus))
        for kind in ("disease", "product"):
            if query.get(kind) is not None:
                match = resolve(catalog, kind, query[kind], exact=exact)
                found[kind] = match.found
                answer.filter_matches.append(match)
        return cls(catalog, **found)

    def query(self) -> dict[str, Any]:
        """The filters as they were understood, for the envelope."""
        names = ("regulator", "target", "disease", "product", "status", "line", "as_of")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def told(self, besides: str | None = None) -> str:
        """The filters as the end of a phrase: `` with regulator FDA, line 2 on 2024-01-01``.

        Args:
            besides: a value that says what is asked for anyway, and is left out
        """
        asked = self.query()
        day = asked.pop("as_of", None)
        told = ", ".join(f"{name} {value}" for name, value in asked.items() if value != besides)
        return (f" with {told}" if told else "") + (f" on {day}" if day else "")

    def accepts_product(self, product: Product) -> bool:
        """Whether a product passes; an investigational one must be asked for."""
        asked = self.product == product.id or self.status == "investigational"
        if product.status == "investigational" and not asked:
            return False
        if self.target is not None and product.construct.target != self.target:
            return False
        if self.status is not None and product.status != self.status:
            return False
        return self.product is None or product.id == self.product

    def investigational(self) -> list[str]:
        """What must be said if the product asked for is not approved yet."""
        if self.product is None or not _is_investigational(self.catalog, self.product):
            return []
        said = unapproved(self.catalog, self.product).removesuffix(".")
        return [f"{said}; cartref product {self.product} tells what is pending."]

    def accepts(self, indication: Indication) -> bool:
        """Whether an indication passes; one that sets no number of lines passes any line."""
        if self.regulator is not None and indication.regulator != self.regulator:
            return False
        if not self.accepts_product(self.catalog.products[indication.product]):
            return False
        if self.line is not None and not _open_in(indication, self.line):
            return False
        if self.disease is None:
            return True
        return self.catalog.tree.relation(indication, self.disease) in ("named", "part")


def _is_investigational(catalog: Catalog, product: str) -> bool:
    return catalog.products[product].status == "investigational"


def unapproved(catalog: Catalog, product: str) -> str:
    """What must be said of an investigational product."""
    day = catalog.dataset.as_of
    return f"{product} is investigational: no approval by any regulator was found up to {day}."


def _open_in(indication: Indication, line: int) -> bool:
    """Whether an indication is open to a patient in this line of therapy."""
    earlier = line - 1
    low, high = indication.min_prior_lines, indication.max_prior_lines
    return (low is None or low <= earlier) and (high is None or earlier <= high)


def _target(catalog: Catalog, name: str) -> str:
    known = sorted({product.construct.target for product in catalog.products.values()})
    for item in known:
        if item.casefold() == name.strip().casefold():
            return item
    raise UsageError(f"--target: no product has the target '{name}'; there are {', '.join(known)}")


def one_of(name: str, option: str, known: tuple[str, ...]) -> str:
    """A value of a closed vocabulary as the dataset writes it.

    Raises:
        UsageError: there is no such value; names those there are
    """
    if name.strip().casefold() in known:
        return name.strip().casefold()
    what = option.removeprefix("--")
    raise UsageError(f"{option}: no {what} '{name}'; there are {', '.join(known)}")
