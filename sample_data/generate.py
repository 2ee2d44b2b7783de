"""The generator: the whole history as source files, one for each table of the data contract."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from dashboard.warehouse.ingest.report import Progress, in_silence
from dashboard.warehouse.tables import TAKEN_IN
from sample_data import bills, chronicle, money, services, tables, videos
from sample_data.activity import UserDays, month_of_activity
from sample_data.crowd import Crowd, crowds, people_weight
from sample_data.habits import CREATOR_PANEL_EVERY
from sample_data.sources import SourceFile
from sample_data.timeline import DAYS, Month, day_at, months
from sample_data.uploads import Uploads, month_of_uploads
from sample_data.videos import VideoDays, days_of_videos

_ACTIVITY = ("user_days", "uploads", "video_days")
_AT_A_TIME = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How large a sample to write: people seen in it and days before its end, or all of them."""

    people: int | None = None
    days: int | None = None

    @property
    def since(self) -> int:
        """The first day number written."""
        return 0 if self.days is None else max(DAYS - self.days, 0)

    def weights(self) -> dict[str, int]:
        """For each table, how many rows of the platform one of its rows stands for."""
        people = people_weight(self.people, self.since)
        uploads = people * CREATOR_PANEL_EVERY
        sampled = dict(zip(_ACTIVITY, (people, uploads, uploads * videos.EVERY), strict=True))
        return {table: sampled.get(table, 1) for table in TAKEN_IN}


def write_sample(folder: Path, size: Size | None = None, progress: Progress = in_silence) -> None:
    """Write one Parquet file for each table that sources fill; the same size, the same bytes."""
    wanted = size or Size()
    folder.mkdir(parents=True, exist_ok=True)
    _write_activity(folder, wanted, progress)
    progress(0.94, "services, bills and money")
    _write_measures(folder, wanted.since)
    _write_record(folder)
    progress(1.0, "written")


def _write_activity(folder: Path, size: Size, progress: Progress) -> None:
    followed: list[VideoDays] = []
    groups = crowds(size.people, size.since)
    with SourceFile(folder, "user_days") as user_days, SourceFile(folder, "uploads") as uploads:
        lives = [(month, crowd) for month in months(size.since) for crowd in groups]
        for done, (month, crowd, activity, made) in enumerate(_lived(lives)):
            progress(0.92 * done / len(lives), f"people and videos of {day_at(month.since):%B %Y}")
            followed.append(days_of_videos(made, uploads.rows, (month.index, crowd.number)))
            user_days.write(tables.user_day_columns(activity))
            uploads.write(tables.upload_columns(made, uploads.rows))
    with SourceFile(folder, "video_days") as video_days:
        video_days.write(tables.video_day_columns(videos.joined(followed)))


def _lived(
    lives: Sequence[tuple[Month, Crowd]],
) -> Iterator[tuple[Month, Crowd, UserDays, Uploads]]:
    """What each crowd did in each month, in order, two of them worked out at a time."""
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        coming: deque[Future[tuple[Month, Crowd, UserDays, Uploads]]] = deque()
        for life in lives:
            coming.append(pool.submit(_life, *life))
            if len(coming) > _AT_A_TIME:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


def _life(month: Month, crowd: Crowd) -> tuple[Month, Crowd, UserDays, Uploads]:
    activity = month_of_activity(month, crowd)
    return month, crowd, activity, month_of_uploads(activity, month, crowd)


def _write_measures(folder: Path, since: int) -> None:
    with SourceFile(folder, "service_samples") as samples:
        samples.write(tables.service_columns(services.all_series(), since))
    with SourceFile(folder, "cost_lines") as cost:
        cost.write(tables.bill_columns(bills.lines(since)))
    with SourceFile(folder, "revenue_lines") as revenue:
        revenue.write(tables.revenue_columns(money.flows(), since))


def _write_record(folder: Path) -> None:
    recorded = {
        "headcount": chronicle.headcount(),
        "incidents": chronicle.incidents(),
        "milestones": chronicle.milestones(),
        "evidence": chronicle.evidence(),
        "scale": chronicle.scale(),
        "applied_changes": chronicle.applied_changes(),
    }
    for table, rows in recorded.items():
        with SourceFile(folder, table) as file:
            file.write(tables.recorded_columns(table, rows))
