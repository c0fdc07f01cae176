"""Reads the six bar columns of a Parquet file with pyarrow, for comparison with `cargo bench --bench parquet`.

usage: pyarrow_read.py FILE [THREADS] [PASSES]     (pip install pyarrow)

Prints the best and the median pass. pyarrow's memory pool keeps its pages from one pass to the next; the first pass
is printed too, for what a program pays that reads once.
"""

import statistics
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq

path = sys.argv[1]
threads = int(sys.argv[2]) if len(sys.argv) > 2 else 2
passes = int(sys.argv[3]) if len(sys.argv) > 3 else 20
pa.set_cpu_count(threads)

rates = []
for _ in range(passes):
    begun = time.perf_counter()
    table = pq.read_table(
        path, columns=["start", "open", "high", "low", "close", "volume"], use_threads=threads > 1
    )
    rates.append(table.num_rows / (time.perf_counter() - begun) / 1e6)
print(
    f"pyarrow {pa.__version__}, {threads} threads, M rows/s:"
    f" first {rates[0]:.1f}, median {statistics.median(rates):.1f}, best {max(rates):.1f}"
)
