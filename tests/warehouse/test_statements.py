"""A bill that is stated anew takes the place of the earlier one, which is kept for comparison."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.commands.ingest import told
from dashboard.slices import Scope
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.ingest.report import Counted
from tests.places import ROOT
from tests.warehouse.taking_in import Place, csv, visits

REAL_ROWS = ROOT / "tests" / "data" / "focus" / "real_rows.csv"
HEADER = (
    "BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,"
    "ProviderName,ServiceName,ServiceCategory,ChargeCategory,BilledCost,EffectiveCost,"
    "BillingCurrency,recorded_at"
)
_MONTHS = {1: ("2024-01-01", "2024-02-01"), 2: ("2024-02-01", "2024-03-01")}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "warehouse")


def line(cost: str, *, month: int = 1, day: int = 1, recorded: str = "") -> str:
    begin, end = _MONTHS[month]
    at = f"{begin[:8]}{day:02d}"
    charge = f"{at}T00:00,{at}T01:00,cloud,cdn,Networking,Usage,{cost},{cost},USD"
    return f"a,{begin},{end},{charge},{recorded}"


def state(place: Place, tmp_path: Path, *lines: str) -> None:
    place.take("cost_lines", csv(tmp_path, "bill.csv", *lines, header=HEADER))


def cost(place: Place, as_of: datetime) -> Decimal | None:
    """What the first two months of 2024 come to, seen from an instant."""
    since, until = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
    frame = open_folder(place.folder).read(
        "cost/month_cost_by_charge", Scope(as_of), since=since, until=until
    )
    return sum(frame["cost_usd"].to_list(), Decimal(0))


def test_each_instant_sees_one_statement_of_a_bill(place: Place, tmp_path: Path) -> None:
    place.take("user_days", visits((80, 1, "IN", "ios", 1)))
    state(place, tmp_path, line("1.1"), line("2.2", day=3), line("7", month=2))
    state(place, tmp_path, line("0.5", recorded="2024-03-05T10:00:00"))

    assert cost(place, datetime(2024, 3, 20, tzinfo=UTC)) == Decimal("10.3")
    assert cost(place, datetime(2024, 3, 21, tzinfo=UTC)) == Decimal("7.5")


def test_a_restatement_is_not_seen_before_it_was_written_down(place: Place, tmp_path: Path) -> None:
    state(place, tmp_path, line("1"), line("7", month=2, day=20))
    state(place, tmp_path, line("3", recorded="2024-02-27T10:00:00"))
    place.take("user_days", visits((80, 1, "IN", "ios", 1)))

    assert cost(place, datetime(2024, 2, 27, 10, tzinfo=UTC)) == Decimal(8)
    assert cost(place, datetime(2024, 2, 27, 11, tzinfo=UTC)) == Decimal(10)


def test_only_the_statement_before_is_kept(place: Place, tmp_path: Path) -> None:
    for amount in ("1", "2", "3"):
        state(place, tmp_path, line(amount), line(amount, day=9))
    kept = place.rows("cost_lines", "billed_cost, replaced_at is null")
    assert kept == [(Decimal(2), False)] * 2 + [(Decimal(3), True)] * 2


def test_a_statement_without_a_line_of_before_drops_it(place: Place, tmp_path: Path) -> None:
    state(place, tmp_path, line("1"), line("2", day=31))
    state(place, tmp_path, line("1"))
    later = datetime(2030, 1, 1, tzinfo=UTC)
    assert cost(place, later) == Decimal(1)


@pytest.mark.wide
@settings(max_examples=5)
@given(
    st.lists(st.lists(st.decimals(-9, 9, places=9), min_size=1, max_size=4), min_size=1, max_size=3)
)
def test_whatever_is_stated_the_last_statement_is_the_total(
    tmp_path_factory: pytest.TempPathFactory, statements: list[list[Decimal]]
) -> None:
    folder = tmp_path_factory.mktemp("stated")
    place = Place(folder / "warehouse")
    for amounts in statements:
        lines = [line(f"{amount:f}", day=day) for day, amount in enumerate(amounts, 1)]
        state(place, folder, *lines, line("0", day=28))
    assert cost(place, datetime(2030, 1, 1, tzinfo=UTC)) == sum(statements[-1], Decimal(0))


def test_the_report_counts_the_traps_of_real_bills(place: Place) -> None:
    report = place.take("cost_lines", REAL_ROWS)
    assert (report.rows_landed, report.groups, report.refused) == (1_000, 4, ())
    assert report.counted == (
        Counted("with a cost below zero", 13),
        Counted("that cost nothing", 329),
        Counted("charged by the hour", 949),
        Counted("charged by the day", 51),
        Counted("whose charge_frequency is spelt otherwise than FOCUS has it", 7),
        Counted("without tags", 289),
        Counted("without a region", 7),
    )
    assert "Id" in report.ignored
    assert "  of them with a cost below zero: 13\n" in told(report)
    assert report.complete is not None
    assert report.complete.until == date(2024, 10, 1)


def test_the_report_of_a_restatement_says_what_it_replaced(place: Place) -> None:
    place.take("cost_lines", REAL_ROWS)
    again = place.take("cost_lines", pl_rows(REAL_ROWS).head(10))
    assert (again.groups, again.rows_replaced) == (1, 942)
    assert "  statements: 1, 942 rows in force before\n" in told(again)


def pl_rows(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema_length=0, null_values=["NULL"])


def test_nothing_of_the_real_bills_is_lost_or_counted_twice(place: Place) -> None:
    """To the millionth of a millionth of a dollar, where binary floats drift."""
    place.take("cost_lines", REAL_ROWS)
    place.take("cost_lines", REAL_ROWS)
    meant = sum((Decimal(text) for text in pl_rows(REAL_ROWS)["EffectiveCost"]), Decimal(0))
    scope, instants = Scope(datetime(2025, 1, 1, tzinfo=UTC)), {
        "since": datetime(2024, 9, 1, tzinfo=UTC), "until": datetime(2024, 10, 1, tzinfo=UTC),
    }  # fmt: skip
    frame = open_folder(place.folder).read("cost/month_cost_by_charge", scope, **instants)
    assert sum(frame["cost_usd"].to_list(), Decimal(0)) == meant == Decimal("14.97651418586")
    assert frame["lines"].sum() == 1_000


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("EffectiveCost", "twelve", "bill.csv, row 3: EffectiveCost is 'twelve', not an amount."),
        ("ChargePeriodStart", "soon", "bill.csv, row 3: ChargePeriodStart is 'soon', not an"),
        ("BilledCost", "1e40", "bill.csv, row 3: BilledCost is '1e40', not an amount."),
    ],
)
def test_a_malformed_bill_names_file_column_and_row(
    place: Place, tmp_path: Path, column: str, text: str, said: str
) -> None:
    rows = pl_rows(REAL_ROWS).head(5).with_row_index()
    broken = pl.when(pl.col("index") == 2).then(pl.lit(text)).otherwise(column).alias(column)
    source = tmp_path / "bill.csv"
    rows.with_columns(broken).drop("index").write_csv(source)
    with pytest.raises(Exception, match=said.replace("(", r"\(")):
        place.take("cost_lines", source)
