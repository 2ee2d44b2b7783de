"""Places: the pairs of country and platform met so far, each with a small code."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dashboard.warehouse.ingest.ordering import Keys


class Places:
    """Codes for pairs of country and platform, in the order they were first met."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        """Start with the pairs already coded."""
        self.pairs = list(pairs)
        self._codes = {pair: code for code, pair in enumerate(self.pairs)}

    def code(self, country: str, platform: str) -> int:
        """The code of a pair, a new one where it was not met before."""
        pair = (country, platform)
        if pair not in self._codes:
            self._codes[pair] = len(self.pairs)
            self.pairs.append(pair)
        return self._codes[pair]

    def codes(self, countries: pa.ChunkedArray, platforms: pa.ChunkedArray) -> Keys:
        """The code of each row's pair."""
        country, country_names = _by_dictionary(countries)
        platform, platform_names = _by_dictionary(platforms)
        pair = country * len(platform_names) + platform
        met = np.flatnonzero(np.bincount(pair, minlength=0))
        code_of = np.zeros(len(country_names) * len(platform_names), np.uint32)
        for index in met.tolist():
            at_country, at_platform = divmod(index, len(platform_names))
            code_of[index] = self.code(country_names[at_country], platform_names[at_platform])
        codes: Keys = code_of[pair]
        return codes


@dataclass(frozen=True, slots=True)
class Ranking:
    """The places in the order of country, then platform, once all are known."""

    countries: list[str]
    platforms: list[str]
    rank_of_code: Keys
    country_of_rank: Keys
    platform_of_rank: Keys

    @property
    def size(self) -> int:
        """How many places there are."""
        return len(self.country_of_rank)


def ranking(places: Places) -> Ranking:
    """Rank the places met."""
    countries = sorted({country for country, _ in places.pairs})
    platforms = sorted({platform for _, platform in places.pairs})
    ordered = sorted(range(len(places.pairs)), key=lambda code: places.pairs[code])
    rank_of_code = np.empty(len(ordered), np.uint32)
    rank_of_code[ordered] = np.arange(len(ordered), dtype=np.uint32)
    pairs = [places.pairs[code] for code in ordered]
    return Ranking(
        countries,
        platforms,
        rank_of_code,
        np.array([countries.index(country) for country, _ in pairs], np.uint32),
        np.array([platforms.index(platform) for _, platform in pairs], np.uint32),
    )


def _by_dictionary(texts: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], list[str]]:
    coded = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
    whole = coded.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0)
    return whole.indices.to_numpy().astype(np.int64), whole.dictionary.to_pylist()
