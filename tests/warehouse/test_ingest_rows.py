"""What comes in: formats, names, types, rules, and which of two rows stays."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dashboard.errors import FatalSource, IngestError, SampleIsReadOnly, WarehouseMissing
from dashboard.warehouse.ingest import IngestOptions
from dashboard.warehouse.ingest.pieces import locked_connection
from dashboard.warehouse.manifest import read_manifest
from tests.warehouse.taking_in import HEADER, Place, csv, day, visits


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "warehouse")


def test_a_person_is_the_same_by_number_and_by_text_in_every_format(
    place: Place, tmp_path: Path
) -> None:
    lines = tmp_path / "more.jsonl"
    lines.write_text(
        '{"day": "2024-01-03", "person_id": 1, "country": "IN", "platform": "ios", "views": 3,'
        ' "watch_seconds": 2.5, "sessions": 1}\n'
        '{"day": "2024-01-03", "person_id": "b", "country": "IN", "platform": "ios", "views": 4,'
        ' "watch_seconds": 2, "sessions": 1, "app": "x 1"}\n'
    )
    place.take(
        "user_days",
        visits((1, 1, "IN", "ios", 1)),
        csv(tmp_path, "more.csv", "2024-01-02,1,IN,ios,2,1.5,1"),
        lines,
    )

    assert place.rows("user_days", "day, person_id, views, watch_seconds, app") == [
        (day(1), "1", 1, 10.0, None),
        (day(2), "1", 2, 1.5, None),
        (day(3), "1", 3, 2.5, None),
        (day(3), "b", 4, 2.0, "x 1"),
    ]


def test_the_last_row_of_a_key_wins_within_a_file_between_files_and_between_ingests(
    place: Place, tmp_path: Path
) -> None:
    first = csv(
        tmp_path,
        "a.csv",
        "2024-01-01,within,IN,ios,1,1,1",
        "2024-01-01,between,IN,ios,1,1,1",
        "2024-01-01,later,IN,ios,1,1,1",
        "2024-01-01,within,IN,ios,2,1,1",
    )
    second = csv(tmp_path, "b.csv", "2024-01-01,between,IN,ios,3,1,1")
    place.take("user_days", first, second)
    place.take("user_days", csv(tmp_path, "c.csv", "2024-01-01,later,IN,ios,4,1,1"))

    assert place.rows("user_days", "person_id, views") == [
        ("between", 3),
        ("later", 4),
        ("within", 2),
    ]


def test_refused_rows_are_counted_by_reason_with_examples_and_the_rest_lands(
    place: Place, tmp_path: Path
) -> None:
    report = place.take(
        "user_days",
        csv(
            tmp_path,
            "mixed.csv",
            *(f"2024-01-01,{person},in,ios,1,1,1,x" for person in range(5)),
            "2024-01-01,NULL,IN,ios,1,1,1,x",
            "2024-01-01,7,IN,empty,1,1,1,x",
            "2024-01-01,8,IN,ios,1,nan,1,x",
            "2024-01-01,9,IN,ios,1,1,1,x",
            header=HEADER + ",zodiac",
        ),
    )

    assert {refusal.reason: refusal.rows for refusal in report.refused} == {
        "country is not two capital letters, as in IN": 5,
        "person_id is missing": 1,
        "platform is missing": 1,
        "watch_seconds is not a finite number": 1,
    }
    assert [len(refusal.examples) for refusal in report.refused] == [3, 1, 1, 1]
    assert report.refused[0].examples[1] == (
        "mixed.csv, row 2: country 'in', day 2024-01-01, person_id '1', platform 'ios'"
    )
    assert {refusal.reason: refusal.examples[0] for refusal in report.refused[1:3]} == {
        "person_id is missing": "mixed.csv, row 6: person_id missing, day 2024-01-01, "
        "country 'IN', platform 'ios'",
        "platform is missing": "mixed.csv, row 7: platform missing, day 2024-01-01, "
        "person_id '7', country 'IN'",
    }
    assert (report.rows_read, report.rows_landed, report.ignored) == (9, 1, ("zodiac",))
    assert place.rows("user_days", "person_id") == [("9",)]


@pytest.mark.wide
def test_rows_refused_far_into_a_file_carry_their_row_and_those_of_a_statement_their_key(
    place: Place,
) -> None:
    rows = visits(*((1, person, "IN", "ios", 1) for person in range(600_000)))
    late = rows.with_columns(views=pl.when(pl.col("person_id") == 599_990).then(-1).otherwise(1))
    refused = place.take("user_days", late).refused
    assert [refusal.reason for refusal in refused] == ["views is negative"]
    assert refused[0].examples == (
        "source-0.parquet, row 599991: views -1, day 2024-01-01, person_id 599990, country 'IN', "
        "platform 'ios'",
    )
    one = late.filter(pl.col("views") < 0)
    shaped = place.take("user_days", one, options=IngestOptions(sql="select * from source"))
    assert shaped.refused[0].examples[0].startswith("--sql: views -1, day 2024-01-01, person_id")


def test_rows_that_take_the_place_of_older_ones_are_counted(place: Place) -> None:
    first = place.take(
        "user_days", visits((1, 1, "IN", "ios", 1), (1, 1, "IN", "ios", 2), (2, 1, "IN", "ios", 1))
    )
    again = place.take("user_days", visits((2, 1, "IN", "ios", 3), (3, 1, "IN", "ios", 1)))
    assert (first.rows_landed, first.rows_replaced) == (3, 1)
    assert (again.rows_landed, again.rows_replaced) == (2, 1)
    assert place.manifest.tables["user_days"].rows == 3


def test_an_ingest_of_nothing_but_refused_rows_publishes_nothing(
    place: Place, tmp_path: Path
) -> None:
    report = place.take("user_days", csv(tmp_path, "bad.csv", "2024-01-01,1,in,ios,1,1,1"))

    assert (report.rows_landed, report.version, report.since) == (0, 0, None)
    with pytest.raises(WarehouseMissing):
        place.manifest  # noqa: B018


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2024-02-30,1,IN,ios,1,1,1", "row 2: day is '2024-02-30', not a day."),
        ("2024-01-01,1,IN,ios,1.5,1,1", "row 2: views is '1.5', not a whole number."),
        (
            "2024-01-01,1,IN,ios,1,long,1",
            "row 2: watch_seconds is 'long', not a number.",
        ),
    ],
)
def test_a_value_of_another_type_is_fatal_and_names_file_column_and_row(
    place: Place, tmp_path: Path, line: str, said: str
) -> None:
    place.take("user_days", visits((1, 1, "IN", "ios", 1)))
    source = csv(tmp_path, "wrong.csv", "2024-01-01,1,IN,ios,1,1,1", line)

    with pytest.raises(FatalSource) as fatal:
        place.take("user_days", source)

    assert str(fatal.value) == f"wrong.csv, {said}"
    assert place.manifest.version == 1


def test_a_missing_column_is_fatal_although_other_files_have_it(
    place: Place, tmp_path: Path
) -> None:
    renamed = visits((1, 1, "IN", "ios", 1)).rename({"views": "plays"})
    with pytest.raises(FatalSource, match="column 'views' of user_days is missing"):
        place.take("user_days", visits((1, 2, "IN", "ios", 1)), renamed)


@pytest.mark.parametrize("kept_bytes", [0, 700])
def test_a_file_cut_short_is_fatal(place: Place, tmp_path: Path, kept_bytes: int) -> None:
    whole = tmp_path / "whole.parquet"
    visits(*((1, person, "IN", "ios", 1) for person in range(500))).write_parquet(whole)
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(whole.read_bytes()[:kept_bytes])

    with pytest.raises(FatalSource, match="^cut.parquet: is not a whole Parquet file"):
        place.take("user_days", cut)


def test_a_source_is_reshaped_by_one_select(place: Place, tmp_path: Path) -> None:
    events = csv(tmp_path, "events.csv", "2024-01-01T10:00:00,ann,7", "2024-01-01T11:00:00,ann,5",
                 header="seen,who,seconds")  # fmt: skip
    select = (
        "select cast(seen as date) as day, who as person_id, 'IN' as country, 'web' as platform, "
        "count(*) as views, sum(seconds) as watch_seconds, 1 as sessions from source group by all"
    )
    place.take("user_days", events, options=IngestOptions(sql=select))

    assert place.rows("user_days", "day, person_id, views, watch_seconds") == [
        (day(1), "ann", 2, 12.0)
    ]


def test_bills_come_in_by_their_focus_names_and_a_group_is_replaced_as_a_whole(
    place: Place, tmp_path: Path
) -> None:
    header = (
        "BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,"
        "ProviderName,ServiceName,ServiceCategory,ChargeCategory,BilledCost,EffectiveCost,"
        "BillingCurrency"
    )
    lines = [
        f"a,{month}-01,2024-12-01,{month}-0{i},{month}-0{i + 1},cloud,cdn,Networking,Usage,"
        f"{cost},{cost},USD"
        for month, i, cost in (("2024-01", 1, "0.1"), ("2024-01", 2, "0.2"), ("2024-02", 1, "5"))
    ]
    place.take("cost_lines", csv(tmp_path, "bill.csv", *lines, header=header))
    place.take(
        "cost_lines", csv(tmp_path, "again.csv", lines[1].replace("0.2", "0.3"), header=header)
    )

    assert place.rows("cost_lines", "service_provider_name, billed_cost, replaced_at is null") == [
        ("cloud", Decimal("0.1"), False),
        ("cloud", Decimal("0.2"), False),
        ("cloud", Decimal("0.3"), True),
        ("cloud", Decimal(5), True),
    ]


def test_an_upload_that_is_taken_in_again_leaves_the_day_it_was_under(place: Place) -> None:
    def upload(number: int) -> pl.DataFrame:
        at = datetime(2024, 1, number, 12, tzinfo=UTC)
        return pl.DataFrame(
            {
                "video_id": ["v"], "creator_id": [1], "uploaded_at": [at], "published_at": [at],
                "country": ["IN"], "hashtags": [["a", "b"]], "duration_seconds": [3.0],
            }
        )  # fmt: skip

    place.take("uploads", upload(3))
    place.take("uploads", upload(20))

    assert place.manifest.tables["uploads"].rows == 1
    assert place.rows("uploads", "video_id, epoch(uploaded_at), creator_id, hashtags") == [
        ("v", datetime(2024, 1, 20, 12, tzinfo=UTC).timestamp(), "1", ["a", "b"])
    ]
    assert place.sets("publishing") == {(20, "", ""): {"1"}, (20, "IN", ""): {"1"}}
    assert place.cohorts("publishing") == {20: {"1"}}


def test_a_late_evening_counts_in_the_day_of_the_reporting_zone(
    place: Place, tmp_path: Path
) -> None:
    kolkata = IngestOptions(reporting_time_zone="Asia/Kolkata")
    evening = "2024-01-01T20:00:00Z"
    header = "video_id,creator_id,uploaded_at,published_at,country,duration_seconds"
    upload = csv(tmp_path, "uploads.csv", f"v,ann,{evening},{evening},IN,3", header=header)
    place.take("uploads", upload, options=kolkata)
    assert place.sets("publishing") == {(2, "", ""): {"ann"}, (2, "IN", ""): {"ann"}}

    events = pl.DataFrame({"seen": [datetime(2024, 1, 1, 20, tzinfo=UTC)]})
    select = (
        "select cast(seen as date) as day, 'ann' as person_id, 'IN' as country, 'web' as platform, "
        "1 as views, 1 as watch_seconds, 1 as sessions from source"
    )
    place.take("user_days", events, options=IngestOptions(sql=select))
    assert place.rows("user_days", "day") == [(day(2),)]


def test_an_instant_without_a_zone_is_utc_wherever_the_program_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    with locked_connection([], tmp_path, zone="Asia/Tokyo") as connection:
        told = "select cast(timestamptz '2024-01-01 20:00' as varchar)"
        assert connection.cursor().execute(told).fetchone() == ("2024-01-01 20:00:00+00",)
        assert connection.execute(told).fetchone() == ("2024-01-01 20:00:00+09",)


def test_the_watermark_is_the_end_of_the_last_day_and_moves_back_only_where_that_is_stated(
    place: Place,
) -> None:
    tokyo = IngestOptions(reporting_time_zone="Asia/Tokyo", weight=10)
    place.take("user_days", visits((2, 1, "JP", "ios", 1)), options=tokyo)
    assert place.manifest.tables["user_days"].watermark == datetime(2024, 1, 2, 15, tzinfo=UTC)

    place.take("user_days", visits((1, 1, "JP", "ios", 1)))
    assert place.manifest.tables["user_days"].watermark == datetime(2024, 1, 2, 15, tzinfo=UTC)

    stated = IngestOptions(watermark=datetime(2024, 1, 1, 15, tzinfo=UTC))
    complete = place.take("user_days", visits((1, 1, "JP", "ios", 1)), options=stated).complete
    assert complete is not None
    assert (complete.until, complete.newest_day) == (day(2), day(2))
    assert complete.moved_back_from == datetime(2024, 1, 2, 15, tzinfo=UTC)
    assert place.manifest.tables["user_days"].watermark == datetime(2024, 1, 1, 15, tzinfo=UTC)
    assert place.manifest.tables["user_days"].weight == 10
    said = list[str]()
    other = IngestOptions(weight=9, progress=lambda _, sentence: said.append(sentence))
    with pytest.raises(IngestError, match="stands for 10"):
        place.take("user_days", visits((3, 1, "JP", "ios", 1)), options=other)
    assert not said, "the weight is held against the table's before a row is read"


def test_the_sample_takes_no_data(place: Place) -> None:
    place.take("user_days", visits((1, 1, "IN", "ios", 1)), options=IngestOptions(synthetic="x"))
    with pytest.raises(SampleIsReadOnly):
        place.take("user_days", visits((2, 1, "IN", "ios", 1)))


def test_a_day_of_another_age_is_refused_and_now_stays_where_it_was(place: Place) -> None:
    rows = visits((1, 1, "BR", "ios", 1), (2, 2, "BR", "ios", 1))
    slipped = rows.with_columns(day=pl.when(pl.col("person_id") == 2).then(date(2999, 1, 5))
                                .otherwise("day"))  # fmt: skip
    report = place.take("user_days", slipped)
    assert report.rows_landed == 1
    assert [refusal.rows for refusal in report.refused] == [1]
    assert read_manifest(place.folder).tables["user_days"].until == date(2024, 1, 2)


@pytest.mark.parametrize("weight", [0, -5])
def test_a_row_stands_for_at_least_one(place: Place, weight: int) -> None:
    with pytest.raises(IngestError, match="weight is 1 or more"):
        place.take("user_days", visits((1, 1, "BR", "ios", 1)),
                   options=IngestOptions(weight=weight))  # fmt: skip
