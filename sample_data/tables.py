"""The generated tables: from the generator's arrays to the columns of the data contract."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import numpy as np
import pyarrow as pa

from dashboard.warehouse.contract import Kind
from dashboard.warehouse.tables import TABLES
from sample_data import sources
from sample_data.activity import UserDays, apps
from sample_data.arrays import Floats
from sample_data.bills import Line, list_cost
from sample_data.countries import countries
from sample_data.habits import PLATFORMS, habits, languages, subdivisions
from sample_data.money import Flow
from sample_data.record import Row
from sample_data.services import Series
from sample_data.timeline import DAYS, day_at
from sample_data.uploads import Uploads, categories, hashtags
from sample_data.videos import VideoDays

_DAY_SECONDS = 86_400
_END = DAYS * _DAY_SECONDS
_FREQUENCIES = {"Usage": "Usage-Based", "Purchase": "Recurring", "Credit": "One-Time"}


def user_day_columns(activity: UserDays) -> dict[str, pa.Array]:
    """Columns of user_days."""
    return {
        "day": sources.days(activity.day),
        "person_id": sources.numbers(activity.person_id),
        "country": sources.names(activity.country, countries().codes),
        "platform": sources.names(activity.platform, PLATFORMS),
        "views": sources.numbers(activity.views),
        "watch_seconds": sources.numbers(activity.watch_seconds),
        "sessions": sources.numbers(activity.sessions),
        "subdivision": sources.names(activity.subdivision, subdivisions()),
        "app": sources.names(activity.app, apps()),
        "language": sources.names(habits().language[activity.person], languages()),
    }


def upload_columns(uploads: Uploads, before: int) -> dict[str, pa.Array]:
    """Columns of uploads, their ids following ``before`` earlier ones."""
    published = uploads.is_published & (uploads.published < _END)
    watched = published & (uploads.hundredth_view < _END)
    removed = published & uploads.is_removed & (uploads.removed < _END)
    return {
        "video_id": sources.video_ids(before + 1 + np.arange(len(uploads.creator_id))),
        "creator_id": sources.numbers(uploads.creator_id),
        "uploaded_at": sources.instants(uploads.uploaded),
        "published_at": sources.instants(uploads.published, published),
        "first_100_views_at": sources.instants(
            np.where(watched, np.rint(uploads.hundredth_view), 0.0), watched
        ),
        "removed_at": sources.instants(uploads.removed, removed),
        "country": sources.names(uploads.country, countries().codes),
        "language": sources.names(uploads.language, languages()),
        "category": sources.names(uploads.category, categories()),
        "hashtags": sources.name_lists(uploads.tags, uploads.tag_counts, hashtags()),
        "duration_seconds": sources.numbers(uploads.duration_seconds),
    }


def video_day_columns(videos: VideoDays) -> dict[str, pa.Array]:
    """Columns of video_days."""
    return {
        "video_id": sources.video_ids(videos.number),
        "day": sources.days(videos.day),
        "country": sources.names(videos.country, countries().codes),
        "views": sources.numbers(videos.views),
        "watch_seconds": sources.numbers(videos.watch_seconds),
        "likes": sources.numbers(videos.likes),
        "shares": sources.numbers(videos.shares),
    }


def service_columns(series: Iterable[Series], since: int) -> dict[str, pa.Array]:
    """Columns of service_samples from day number ``since`` on, one series after the other."""
    listed = [(one, one.hours >= since * 24) for one in series]
    lengths = [int(kept.sum()) for _, kept in listed]
    hours = np.concatenate([one.hours[kept] for one, kept in listed])
    return {
        "sampled_at": sources.instants(hours * 3600),
        "service": sources.runs([one.service for one, _ in listed], lengths),
        "measure": sources.runs([one.measure for one, _ in listed], lengths),
        "region": sources.runs([one.region for one, _ in listed], lengths),
        "provider": sources.runs([one.provider for one, _ in listed], lengths),
        "value": sources.numbers(np.concatenate([one.values[kept] for one, kept in listed])),
    }


def revenue_columns(flows: Iterable[Flow], since: int) -> dict[str, pa.Array]:
    """Columns of revenue_lines from day number ``since`` on, one flow after the other."""
    listed = [(flow, flow.day >= since) for flow in flows]
    lengths = [int(kept.sum()) for _, kept in listed]
    estimated = np.concatenate([flow.is_estimated[kept] for flow, kept in listed])
    return {
        "day": sources.days(np.concatenate([flow.day[kept] for flow, kept in listed])),
        "country": sources.runs([flow.country for flow, _ in listed], lengths),
        "stream": sources.runs([flow.stream for flow, _ in listed], lengths),
        "kind": sources.runs([flow.kind for flow, _ in listed], lengths),
        "certainty": sources.names(estimated.astype(np.int64), ("booked", "estimated")),
        "net_usd": sources.money(np.concatenate([flow.net_usd[kept] for flow, kept in listed])),
    }


def bill_columns(lines: Iterable[Line]) -> dict[str, pa.Array]:
    """Columns of cost_lines."""
    listed = list(lines)
    lengths = [len(line.since) for line in listed]
    since = np.concatenate([line.since for line in listed])
    effective = np.concatenate([line.effective for line in listed])
    stated, replaced = (
        np.repeat([-1 if day is None else day for day in days], lengths)
        for days in ([line.stated for line in listed], [line.replaced for line in listed])
    )
    texts = [_bill_texts(line) for line in listed]
    return {
        **{name: sources.runs([text[name] for text in texts], lengths) for name in texts[0]},
        **_periods(listed, lengths),
        "billed_cost": sources.money(np.concatenate([line.billed for line in listed])),
        "effective_cost": sources.money(effective),
        "list_cost": sources.money(list_cost(effective)),
        "pricing_quantity": sources.numbers(_quantities(listed)),
        # Usage is metered as it happens: a charge is known in the last hour of its first day.
        "recorded_at": sources.instants(
            np.where(stated >= 0, stated * _DAY_SECONDS, since * _DAY_SECONDS + 23 * 3600)
        ),
        "replaced_at": sources.instants(replaced * _DAY_SECONDS, replaced >= 0),
    }


def _bill_texts(line: Line) -> dict[str, str]:
    return {
        "billing_account_id": "sample-platform",
        "service_provider_name": line.place["provider"],
        "service_name": line.service["service"],
        "service_category": line.service["category"],
        "charge_category": line.kind,
        "charge_frequency": _FREQUENCIES[line.kind],
        "invoice_id": _invoice(line),
        "billing_currency": "USD",
        "pricing_unit": line.service["unit"],
        "region_id": line.place["region"],
        "sub_account_id": line.service["account"],
        "commitment_discount_status": line.status,
        "tags": f'{{"team": "{line.service["account"]}"}}',
    }


def _invoice(line: Line) -> str:
    """The invoice of a month and provider; none yet for the last month."""
    if line.month.until >= DAYS:
        return ""
    return f"{line.place['provider'].replace(' ', '-').lower()}-{day_at(line.month.since):%Y-%m}"


def recorded_columns(table: str, rows: list[Row]) -> dict[str, pa.Array]:
    """Columns of a table of the record, each brought to its kind; an empty text is null."""
    columns = [column for column in TABLES[table].columns if column.name in rows[0]]
    return {
        column.name: pa.array(
            [_value(column.kind, row[column.name]) for row in rows], sources.TYPES[column.kind]
        )
        for column in columns
    }


def _value(kind: Kind, text: str) -> str | float | date | datetime | list[str] | None:
    if not text:
        return None
    if kind is Kind.DAY:
        return date.fromisoformat(text)
    if kind is Kind.INSTANT:
        return datetime.fromisoformat(text)
    if kind is Kind.TEXTS:
        return text.split()
    return text if kind is Kind.TEXT else float(text)


def _periods(lines: list[Line], lengths: list[int]) -> Mapping[str, pa.Array]:
    bill = [(line.month.since, line.month.until) for line in lines]
    begin, end = (np.repeat(np.array(edge), lengths) for edge in zip(*bill, strict=True))
    since = np.concatenate([line.since for line in lines])
    until = np.concatenate([line.until for line in lines])
    return {
        "billing_period_start": sources.instants(begin * _DAY_SECONDS),
        "billing_period_end": sources.instants(end * _DAY_SECONDS),
        "charge_period_start": sources.instants(since * _DAY_SECONDS),
        "charge_period_end": sources.instants(until * _DAY_SECONDS),
    }


def _quantities(lines: list[Line]) -> Floats:
    """How much was bought, in the service's unit; nothing on a credit."""
    amounts = [
        np.maximum(line.effective, 0.0) / float(line.service["unit_price"]) for line in lines
    ]
    return np.concatenate(amounts)
