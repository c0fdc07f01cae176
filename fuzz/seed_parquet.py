"""Makes the Parquet seeds: small files of made-up values in the layouts that other writers use. Needs pyarrow."""

from datetime import date, datetime, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

seeds = Path(__file__).parent / "seeds" / "read_parquet"
seeds.mkdir(parents=True, exist_ok=True)

table = pa.table(
    {
        "start": pa.array([datetime(2020, 3, 5, 14, 30, tzinfo=timezone.utc)] * 3, pa.timestamp("us", "UTC")),
        "nanos": pa.array([1_000, 2_000, None], pa.timestamp("ns", "UTC")),
        "local": pa.array([datetime(2020, 3, 5)] * 3, pa.timestamp("ms")),
        "date": pa.array([date(2020, 3, 5), None, date(2020, 3, 7)]),
        "symbol": ["IWM", "IWM", "KRE"],
        "close": [1.5, None, 2.5],
        "small": pa.array([1.5, 2.5, 3.5], pa.float32()),
        "volume": pa.array([1, 2, 3], pa.uint64()),
        "flag": [True, False, None],
        "list": [[1, 2], [], None],
    }
)
for name, options in {
    "dictionary_snappy": {},
    "plain": {"compression": "none", "use_dictionary": False},
    "pages_v2_zstd": {"compression": "zstd", "data_page_version": "2.0"},
    "lz4_two_groups": {"compression": "lz4", "row_group_size": 2},
    "no_statistics": {"write_statistics": False, "compression": "none"},
    "delta": {
        "use_dictionary": False,
        "compression": "none",
        "column_encoding": {"volume": "DELTA_BINARY_PACKED", "symbol": "DELTA_BYTE_ARRAY"},
    },
}.items():
    pq.write_table(table, seeds / f"{name}.parquet", store_schema=False, **options)
