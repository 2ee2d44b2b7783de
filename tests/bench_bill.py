"""Invented bills for benchmarks: one month of hourly charges, as a FOCUS export has them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

_MONTH, _NEXT = datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
_HOURS = 29 * 24
_AN_HOUR_MS = 3_600_000
_KINDS = 200
_RESOURCES = 5_000
_ROWS_AT_A_TIME = 500_000
_SERVICES = (
    ("Content Delivery", "Networking"), ("Inference", "AI and Machine Learning"),
    ("Object Store", "Storage"), ("Virtual Machines", "Compute"), ("Key Vault", "Security"),
    ("Queues", "Integration"), ("Support", "Other"),
)  # fmt: skip
_TEAMS = ("delivery", "ranking", "video", "platform", "trust")
_REGIONS = ("eu-west", "us-east", "ap-south", "sa-east")
_AMOUNT = pa.decimal128(30, 10)


def write_bill_parquet(path: Path, lines: int, *, seed: int = 1) -> Path:
    """Write an export of so many lines in no order of time; gives back its path.

    There are 200 kinds of service, account and tags, each with its own resources, amounts of ten
    decimal places, and four columns that the product has no use for.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    export = _Export(np.random.default_rng(seed))
    with pq.ParquetWriter(path, export.some(0, 0).schema, compression="snappy") as writer:
        for first in range(0, lines, _ROWS_AT_A_TIME):
            writer.write_table(export.some(first, min(_ROWS_AT_A_TIME, lines - first)))
    return path


def write_bill_csv(parquet: Path, path: Path) -> Path:
    """Write the same export as CSV; gives back its path."""
    source = pq.ParquetFile(parquet)
    with pc.CSVWriter(path, source.schema_arrow) as writer:
        for batch in source.iter_batches(_ROWS_AT_A_TIME):
            writer.write_batch(batch)
    return path


class _Export:
    """The kinds of charge of an account, and lines of them."""

    def __init__(self, chance: np.random.Generator) -> None:
        self._chance = chance
        kinds = range(_KINDS)
        services = [_SERVICES[n % len(_SERVICES)] for n in kinds]
        self._service = [f"{name} {n // 28}" for n, (name, _) in enumerate(services)]
        self._category = [category for _, category in services]
        self._account = [f"account-{n % 12:03d}" for n in kinds]
        self._tags = [
            json.dumps({"team": _TEAMS[n % len(_TEAMS)], "env": ("live", "test")[n % 2]})
            for n in kinds
        ]
        self._unit = [("GB", "Hours", "Requests")[n % 3] for n in kinds]
        self._resources = [f"arn:cloud:eu:123456789012:thing/{n:08x}" for n in range(_RESOURCES)]

    def some(self, first: int, count: int) -> pa.Table:
        """So many lines from line ``first`` on."""
        kind = self._chance.integers(0, _KINDS, count, dtype=np.int32)
        began = self._chance.integers(0, _HOURS, count) * _AN_HOUR_MS
        cost = self._chance.integers(-1_000_000, 10**11, count)
        began += int(_MONTH.timestamp() * 1000)
        which = self._chance.integers(0, _RESOURCES, count, dtype=np.int32)
        return pa.table(
            {
                "BillingAccountId": _all("1234567890", count),
                "BillingAccountName": _all("The platform", count),
                "BillingPeriodStart": _instants(np.full(count, _MONTH.timestamp() * 1000)),
                "BillingPeriodEnd": _instants(np.full(count, _NEXT.timestamp() * 1000)),
                "ChargePeriodStart": _instants(began),
                "ChargePeriodEnd": _instants(began + _AN_HOUR_MS),
                "ProviderName": _all("Cloud", count),
                "ServiceName": _words(self._service, kind),
                "ServiceCategory": _words(self._category, kind),
                "ChargeCategory": _all("Usage", count),
                "ChargeFrequency": _all("Usage-Based", count),
                "ChargeDescription": _words([f"{s}, by use" for s in self._service], kind),
                "BilledCost": _amounts(cost),
                "EffectiveCost": _amounts(cost * 9 // 10),
                "ListCost": _amounts(cost + 7),
                "ContractedCost": _amounts(cost),
                "BillingCurrency": _all("USD", count),
                "PricingQuantity": cost / 1e6,
                "PricingUnit": _words(self._unit, kind),
                "RegionId": _words(_REGIONS, kind % len(_REGIONS)),
                "RegionName": _words(_REGIONS, kind % len(_REGIONS)),
                "SubAccountId": _words(self._account, kind),
                "SubAccountName": _words([f"The {a}" for a in self._account], kind),
                "ResourceId": _words(self._resources, which),
                "SkuId": _words([f"sku-{n}" for n in range(_KINDS)], kind),
                "SkuPriceId": pa.array(np.arange(first, first + count)).cast(pa.utf8()),
                "Tags": _words(self._tags, kind),
            }
        )


def _words(words: list[str] | tuple[str, ...], which: npt.NDArray[np.int32]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(which, list(words)).cast(pa.utf8())


def _all(word: str, count: int) -> pa.Array:
    return pa.repeat(word, count)


def _instants(milliseconds: npt.NDArray[np.float64] | npt.NDArray[np.int64]) -> pa.Array:
    return pa.array(milliseconds.astype(np.int64)).cast(pa.timestamp("ms", "UTC"))


def _amounts(parts: npt.NDArray[np.int64]) -> pa.Array:
    """Whole numbers of the tenth decimal place as amounts."""
    words = np.empty((len(parts), 2), np.int64)
    words[:, 0], words[:, 1] = parts, parts >> 63
    return pa.Array.from_buffers(_AMOUNT, len(parts), [None, pa.py_buffer(words)])
