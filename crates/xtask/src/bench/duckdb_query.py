"""The query of crates/sandbox/benches/evaluate.rs in DuckDB, over the same file, held in memory. Prints a line of JSON."""

import json
import sys
import time

import duckdb

QUERY = """
select count(*) as n, epoch_us(max("timestamp")) as last, "k8s.workload.name", "k8s.cluster.name"
from logs
where loglevel = 'ERROR' or loglevel = 'WARN'
group by "k8s.workload.name", "k8s.cluster.name"
order by n desc
"""
ROUNDS = 5


def resident_bytes():
    """What the process holds in memory; 0 where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            line = next(line for line in status if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024
    except (OSError, StopIteration):
        return 0


def fastest(database):
    """The seconds of the fastest of some rounds, and the rows."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        rows = database.execute(QUERY).fetchall()
        times.append(time.perf_counter() - start)
    return min(times), rows


def main():
    database = duckdb.connect(":memory:")
    before = resident_bytes()
    start = time.perf_counter()
    database.execute(
        "create table logs as select * from read_json(?, format = 'newline_delimited')", [sys.argv[1]]
    )
    load = time.perf_counter() - start
    held = resident_bytes() - before
    records = database.execute("select count(*) from logs").fetchone()[0]
    threads = database.execute("select current_setting('threads')").fetchone()[0]
    all_threads, rows = fastest(database)
    database.execute("set threads = 1")
    one_thread, _ = fastest(database)
    print(
        json.dumps(
            {
                "version": duckdb.__version__,
                "threads": threads,
                "load": load,
                "oneThread": one_thread,
                "allThreads": all_threads,
                "groups": len(rows),
                "counted": sum(row[0] for row in rows),
                "bytesPerRecord": held // max(records, 1),
            }
        )
    )


main()
