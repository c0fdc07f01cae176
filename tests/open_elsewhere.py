"""Opens a tape and a run's results with DuckDB and with Polars, and holds both to the same known figures.

Given `--every TAPE` it knows no figures: it opens every file of a tape of any content, alone and with its neighbours of the
same sort, and holds the two to the same counts, columns and first and last keys.

usage: open_elsewhere.py TAPE [RESULTS]
       open_elsewhere.py --every TAPE
"""

import sys
from datetime import date, datetime, timezone
from pathlib import Path

import duckdb
import polars as pl

every = sys.argv[1] == "--every"
tape = Path(sys.argv[2 if every else 1])
duck = duckdb.connect()
duck.execute("SET TimeZone = 'UTC'")


def same(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: found {found!r}, expected {expected!r}")
    print(f"ok: {what}")


def parquet(folder):
    return f"read_parquet('{tape}/{folder}/**/*.parquet', hive_partitioning=true)"


def scan(folder):
    return pl.scan_parquet(f"{tape}/{folder}/**/*.parquet", hive_partitioning=True)


# The columns that tell rows of a sort apart, those of the folders first.
KEYS = {
    "bars": ["interval", "symbol", "start"],
    "extended": ["interval", "symbol", "start"],
    "series": ["name", "date"],
    "dividends": ["symbol", "ex_date"],
    "splits": ["symbol", "ex_date"],
    "constituents": ["universe", "symbol", "date"],
    "members": ["universe", "symbol", "from"],
    "quotes": ["underlying", "date", "time", "expiration", "strike", "right"],
    "events": ["kind", "date", "label"],
}


def open_every_file():
    files = sorted(tape.rglob("*.parquet"))
    same("there are files", len(files) > 0, True)
    for path in files:
        rows = duck.execute(f"SELECT count(*) FROM read_parquet('{path}')").fetchone()[0]
        frame = pl.read_parquet(path)
        if rows != frame.height or rows == 0:
            sys.exit(f"{path}: DuckDB finds {rows} rows, Polars {frame.height}")
        columns = [c for c, in duck.execute(f"SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet('{path}', hive_partitioning=false))").fetchall()]
        if columns != pl.read_parquet(path, hive_partitioning=False).columns:
            sys.exit(f"{path}: the columns differ, DuckDB has {columns}")
    print(f"ok: {len(files)} files, one by one")
    sorts = sorted({path.relative_to(tape).parts[0] for path in files})
    same("sorts are known", [sort for sort in sorts if sort not in KEYS], [])
    for sort in sorts:
        keys = KEYS[sort]
        quoted = ", ".join(f'"{key}"' for key in keys)
        total, distinct = duck.execute(
            f"SELECT count(*), count(DISTINCT ({quoted})) FROM {parquet(sort)}"
        ).fetchone()
        same(f"{sort}: each row once in {total}", distinct, total)
        frame = scan(sort)
        same(f"{sort}: rows in both", frame.select(pl.len()).collect().item(), total)
        key = keys[-1] if sort not in ("quotes", "events", "members") else keys[1]
        ends = duck.execute(f'SELECT min("{key}")::VARCHAR, max("{key}")::VARCHAR FROM {parquet(sort)}').fetchone()
        found = frame.select(pl.col(key).min().alias("a"), pl.col(key).max().alias("b")).collect().row(0)
        same(f"{sort}: first and last {key}", [str(v)[:10] for v in found], [v[:10] for v in ends])


if every:
    open_every_file()
    sys.exit(0)

# Two of the tape's turning points; 09:30 in New York is 14:30 UTC in December, 13:30 in March after the 8th.
turning_points = [
    ("IWM", datetime(2018, 12, 24, 14, 30, tzinfo=timezone.utc), 125.88),
    ("KRE", datetime(2020, 3, 23, 13, 30, tzinfo=timezone.utc), 28.13),
]
for symbol, start, close in turning_points:
    row = duck.execute(
        f"SELECT close FROM {parquet('bars')} WHERE symbol = ? AND \"interval\" = '1d' AND start = ?",
        [symbol, start],
    ).fetchall()
    same(f"DuckDB, {symbol} {start:%Y-%m-%d}", row, [(close,)])
    frame = (
        scan("bars")
        .filter((pl.col("symbol") == symbol) & (pl.col("interval") == "1d") & (pl.col("start") == start))
        .select("close")
        .collect()
    )
    same(f"Polars, {symbol} {start:%Y-%m-%d}", frame["close"].to_list(), [close])

counted = duck.execute(f"SELECT symbol, count(*) FROM {parquet('bars')} GROUP BY symbol ORDER BY symbol").fetchall()
grouped = scan("bars").group_by("symbol").len().sort("symbol").collect().rows()
same("rows of each symbol", counted, grouped)
same("symbols", [symbol for symbol, _ in counted], ["IWM", "KRE", "SPY"])

types = dict(duck.execute(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {parquet('bars')})").fetchall())
same("DuckDB, type of start", types["start"], "TIMESTAMP WITH TIME ZONE")
same("DuckDB, type of close", types["close"], "DOUBLE")
same("Polars, type of start", scan("bars").collect_schema()["start"], pl.Datetime("us", "UTC"))

rvx = duck.execute(f"SELECT value FROM {parquet('series')} WHERE name = 'RVX' AND date = DATE '2018-12-24'").fetchall()
same("DuckDB, series RVX", rvx, [(34.74,)])
rvx = scan("series").filter((pl.col("name") == "RVX") & (pl.col("date") == date(2018, 12, 24))).collect()
same("Polars, series RVX", rvx["value"].to_list(), [34.74])

facts = dict(
    duck.execute(
        f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{tape}/bars/interval=1d/symbol=IWM/bars.parquet')"
    ).fetchall()
)
same("the file says that it is simulated", facts.get("origin"), "simulated")

for folder in ("dividends",):
    duck_rows = duck.execute(f"SELECT symbol, count(*) FROM {parquet(folder)} GROUP BY symbol ORDER BY symbol").fetchall()
    same(f"rows of {folder}", duck_rows, scan(folder).group_by("symbol").len().sort("symbol").collect().rows())

if len(sys.argv) > 2:
    results = sorted(Path(sys.argv[2]).rglob("*.parquet"))
    same("results there are", {"trades.parquet", "equity.parquet"} <= {p.name for p in results}, True)
    for path in results:
        rows = duck.execute(f"SELECT count(*) FROM read_parquet('{path}')").fetchone()[0]
        same(f"rows of {path.name} in both", rows, pl.read_parquet(path).height)
