"""The journal's peers: DuckDB, chDB, zstd and rsyslog with the same lines on the same machine.

    peers.py tables FOLDER TABLE JOURNAL QUESTIONS    their own tables, then our files as they are
    peers.py ours JOURNAL QUESTIONS                   our files alone
    peers.py bytes FOLDER TABLE                       their own tables, not asked anything
    peers.py zstd TEXT
    peers.py intake FOLDER TEXT LINES PROGRAM         rsyslog, then our own program, the same sender

A line `= WHAT | WHO | VALUE` is a figure for the table of `cargo xtask bench`; the rest is for whoever looks on.
`town.rs` asks Belde the same questions.
"""

import os
import shutil
import socket
import subprocess
import sys
import time

COLUMNS = [
    ("at", "BIGINT"), ("source", "UINTEGER"), ("format", "VARCHAR"), ("src_ip", "VARCHAR"), ("src_port", "USMALLINT"),
    ("dst_ip", "VARCHAR"), ("dst_port", "USMALLINT"), ("nat_src_ip", "VARCHAR"), ("nat_src_port", "USMALLINT"),
    ("proto", "VARCHAR"), ("ip", "VARCHAR"), ("mac", "VARCHAR"), ("user", "VARCHAR"), ("host", "VARCHAR"),
    ("action", "VARCHAR"), ("application", "VARCHAR"), ("sent_bytes", "UBIGINT"), ("received_bytes", "UBIGINT"),
    ("line", "VARCHAR"),
]
# Few distinct values, which ClickHouse wants to be told.
FEW = {"format", "proto", "action", "application"}
SOUGHT = ["dst_ip", "nat_src_ip", "ip", "mac", "user", "host"]
WORDS = [("seldom", "10.10.3.77 srcport=4"), ("in many lines", "YouTube"), ("never", "emlak.example.tr"),
         ("within a time", "12:3")]


def addresses(count):
    yield "src_ip", [f"10.10.{at % 5}.{20 + at * 7 % 230}" for at in range(count)]
    yield "nat_src_ip", [f"198.51.100.{1 + at % 2}" for at in range(count)]
    yield "absent", [f"11.1.1.{at}" for at in range(count)]


def say(what, who, value):
    print(f"= {what} | {who} | {value}", flush=True)


def load():
    return os.getloadavg()[0]


def drop_caches():
    """Whether the page cache could be dropped."""
    try:
        os.sync()
        with open("/proc/sys/vm/drop_caches", "w") as file:
            file.write("3")
        return True
    except OSError:
        return False


def size(path):
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(path) for name in names)


def spread(times):
    times = sorted(times)
    at = lambda share: times[int((len(times) - 1) * share)] * 1000
    return f"{at(0.5):.1f} / {at(0.95):.1f} ms"


def second(run):
    """The second time of three, or the first that takes long."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        answer = run()
        times.append(time.perf_counter() - begun)
        if times[-1] > 5:
            break
    return f"{times[min(len(times), 2) - 1] * 1000:.0f} ms", answer


class Engine:
    """One table somewhere. `text` is how a column is asked whether something stands in it, if it has the line."""

    def questions(self, count):
        for what, values in addresses(count):
            column = "src_ip" if what == "absent" else what
            cold, warm, rows = [], [], 0
            for value in values:
                drop_caches()
                self.anew()
                for times in (cold, warm):
                    begun = time.perf_counter()
                    rows += self.newest(column, value)
                    times.append(time.perf_counter() - begun)
            print(f"{self.name}: {column}, {count} asked, {rows} rows, load {load():.1f}", flush=True)
            say(f"{what}, newest 100, cold, p50 / p95", self.name, spread(cold))
            say(f"{what}, newest 100, again, p50 / p95", self.name, spread(warm))
        for what, word in WORDS if self.has_line else []:
            took, lines = second(lambda: self.containing(word))
            print(f"{self.name}: `{word}` in {lines} lines")
            say(f"substring {what}", self.name, took)
        for column in ("src_ip", "dst_ip", "application"):
            took, first = second(lambda: self.top(column))
            print(f"{self.name}: top of {column} has {first}")
            say(f"top 10 of {column}", self.name, took)


class DuckDB(Engine):
    def __init__(self, name, file, table, has_line):
        self.name, self.file, self.table, self.has_line, self.db = name, file, table, has_line, None
        self.anew()

    def anew(self):
        import duckdb
        if self.db is not None:
            self.db.close()
        self.db = duckdb.connect(self.file, read_only=self.file != ":memory:")

    def newest(self, column, value):
        return len(self.db.execute(
            f"select * from {self.table} where \"{column}\" = ? order by \"at\" desc limit 100", [value]).fetchall())

    def containing(self, word):
        return self.db.execute(f"select count(*) from {self.table} where contains(line, ?)", [word]).fetchone()[0]

    def top(self, column):
        return self.db.execute(
            f"select {column}, count(*) as n from {self.table} where {column} is not null and {column} != ''"
            " group by 1 order by 2 desc limit 10").fetchone()[1]


class ChDB(Engine):
    def __init__(self, name, session, table, has_line):
        self.name, self.session, self.table, self.has_line = name, session, table, has_line
        # It would remember from the first time where nothing was found.
        session.query("set use_query_condition_cache = 0")

    def ask(self, text):
        return self.session.query(text, "TabSeparated").bytes().decode()

    def anew(self):
        for cache in ("MARK CACHE", "UNCOMPRESSED CACHE"):
            try:
                self.ask(f"system drop {cache}")
            except Exception as error:  # Not every version has each of them.
                print(f"{cache}: {error}")

    def newest(self, column, value):
        return self.ask(
            f"select * from {self.table} where {column} = '{value}' order by at desc limit 100").count("\n")

    def containing(self, word):
        return int(self.ask(f"select count() from {self.table} where position(line, '{word}') > 0"))

    def top(self, column):
        answer = self.ask(f"select {column}, count() as n from {self.table} where {column} != ''"
                          " group by 1 order by 2 desc limit 10")
        return int(answer.split("\n")[0].rsplit("\t", 1)[1])


def in_duckdb(folder, table):
    """The smaller of the plain table and the one whose lines are told to be packed with zstd."""
    import duckdb
    made = []
    for how, packed in (("", ""), (" using compression zstd", ", zstd")):
        file = os.path.join(folder, f"duckdb{len(made)}.db")
        for path in (file, file + ".wal"):
            if os.path.exists(path):
                os.remove(path)
        begun = time.perf_counter()
        db = duckdb.connect()
        db.execute(f"attach '{file}' as here (storage_version 'latest')")
        columns = ", ".join(f'"{name}" {kind}' + (how if name == "line" else "") for name, kind in COLUMNS)
        db.execute(f"create table here.lines ({columns})")
        kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS)
        db.execute(f"insert into here.lines select * from read_csv('{table}', delim='\t', header=false, quote='',"
                   f" escape='', nullstr='', columns={{{kinds}}}) order by src_ip, \"at\"")
        db.execute("checkpoint here")
        db.close()
        took = time.perf_counter() - begun
        made.append((size(file), took, file, packed))
        print(f"DuckDB{packed}: {size(file)} bytes, made in {took:.1f} s, load {load():.1f}", flush=True)
    made.sort()
    for _, _, file, _ in made[1:]:
        os.remove(file)
    return made[0]


def in_chdb(session, table):
    kind = {"VARCHAR": "String", "USMALLINT": "UInt16", "UINTEGER": "UInt32", "UBIGINT": "UInt64", "BIGINT": "Int64"}
    plain = ", ".join(f"{name} {kind[one]}" for name, one in COLUMNS)
    told = ", ".join(
        f"{name} {'LowCardinality(String)' if name in FEW else kind[one]} codec({'Delta, ' if name == 'at' else ''}ZSTD(3))"
        for name, one in COLUMNS)
    indexes = ", ".join(f"index by_{name} {name} type bloom_filter granularity 1" for name in SOUGHT)
    begun = time.perf_counter()
    session.query("create database if not exists bench")
    session.query("drop table if exists bench.lines sync")
    session.query(f"create table bench.lines ({told}, {indexes}) engine = MergeTree order by (src_ip, at)")
    session.query(f"insert into bench.lines select * from file('{table}', 'TabSeparatedRaw', '{plain}')")
    session.query("optimize table bench.lines final")
    took = time.perf_counter() - begun
    said = session.query("select sum(bytes_on_disk), sum(rows) from system.parts where table = 'lines' and active",
                         "TabSeparated").bytes().decode().split()
    return int(said[0]), took, int(said[1])


def made(folder, table):
    """Both tables, their sizes said; the file of the one and the session of the other."""
    from chdb import session as sessions
    os.makedirs(folder, exist_ok=True)
    bytes_, took, file, packed = in_duckdb(folder, table)
    session = sessions.Session(os.path.join(folder, "chdb"))
    other, other_took, rows = in_chdb(session, table)
    say("bytes a line", "DuckDB", f"{bytes_ / rows:.2f}")
    say("bytes a line", "chDB", f"{other / rows:.2f}")
    say("load into the table, lines/s", "DuckDB", f"{rows / took:.0f}")
    say("load into the table, lines/s", "chDB", f"{rows / other_took:.0f}")
    print(f"DuckDB{packed}: {bytes_} bytes; chDB: {other} bytes of {rows} rows")
    return file, session


def bytes_of_tables(folder, table):
    made(folder, table)[1].close()


def tables(folder, table, journal, questions):
    file, session = made(folder, table)
    DuckDB("DuckDB", file, "lines", True).questions(int(questions))
    ChDB("chDB", session, "bench.lines", True).questions(int(questions))
    session.close()
    ours(journal, questions)


def ours(journal, questions):
    from chdb import session as sessions
    files = f"{journal}/stream=*/day=*/*.parquet"
    # A scan of everything at each question: fewer will do.
    questions = max(1, int(questions) // 4)
    table = f"read_parquet('{files}', hive_partitioning = true, union_by_name = true)"
    DuckDB("DuckDB on our files", ":memory:", table, False).questions(questions)
    session = sessions.Session()
    session.query("set schema_inference_mode = 'union'")
    ChDB("chDB on our files", session, f"file('{files}', Parquet)", False).questions(questions)
    session.close()


def zstd(text):
    """`zstd -19 --long` of the text, and of a plain level beside it."""
    with open(text, "rb") as file:
        lines = sum(part.count(b"\n") for part in iter(lambda: file.read(1 << 20), b""))
    for level, who in (("-19", "zstd -19 --long"), ("-3", "zstd -3 --long")):
        begun = time.perf_counter()
        packed = subprocess.run(["zstd", level, "--long=27", "-T1", "-c", "-q", text], stdout=subprocess.PIPE, check=True)
        took = time.perf_counter() - begun
        say("bytes a line", who, f"{len(packed.stdout) / lines:.2f}")
        print(f"{who}: {len(packed.stdout)} of {size(text)} bytes in {took:.0f} s", flush=True)


def send(text, port):
    """The whole file over TCP; gives when it began."""
    with socket.create_connection(("127.0.0.1", port)) as to, open(text, "rb", buffering=0) as file:
        begun = time.perf_counter()
        while part := file.read(1 << 18):
            to.sendall(part)
    return begun


def ticks(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rsyslog(folder, text, lines):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    out, config = os.path.join(folder, "rsyslog.out"), os.path.join(folder, "rsyslog.conf")
    if os.path.exists(out):
        os.remove(out)
    with open(config, "w") as file:
        file.write(
            f'global(workDirectory="{folder}" maxMessageSize="64k")\nmodule(load="imtcp")\n'
            'template(name="raw" type="string" string="%rawmsg%\\n")\n'
            f'ruleset(name="keep") {{ action(type="omfile" file="{out}" template="raw") }}\n'
            f'input(type="imtcp" address="127.0.0.1" port="{port}" ruleset="keep")\n')
    pid = os.path.join(folder, "rsyslog.pid")
    program = subprocess.Popen(["/usr/sbin/rsyslogd", "-n", "-f", config, "-i", pid], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        before, wanted = ticks(program.pid), size(text)
        begun = send(text, port)
        deadline = time.perf_counter() + 60
        while not os.path.exists(out) or size(out) < wanted:
            if time.perf_counter() > deadline:
                print(f"rsyslog wrote {size(out)} of {wanted} bytes within a minute after the last")
                break
            time.sleep(0.002)
        took = time.perf_counter() - begun
        used = ticks(program.pid) - before
    finally:
        program.terminate()
        program.wait()
    is_same = subprocess.run(["cmp", "-s", text, out]).returncode == 0
    os.remove(out)
    print(f"rsyslog: {took:.2f} s, {used:.2f} s of processor, the file is {'the same' if is_same else 'ANOTHER'}")
    return lines / took, lines / used


def belde(folder, text, lines, program):
    place = os.path.join(folder, "whole_way")
    shutil.rmtree(place, ignore_errors=True)
    running = subprocess.Popen([program, str(lines), place], stdout=subprocess.PIPE, text=True)
    port = int(running.stdout.readline().rsplit(":", 1)[1])
    begun = send(text, port)
    said = running.stdout.readline().strip()
    took = time.perf_counter() - begun
    running.wait()
    shutil.rmtree(place, ignore_errors=True)
    print(f"Belde: {said}")
    durable = float(said.split(" s until durable")[0].rsplit(" ", 1)[1])
    used = float(said.split(" s of processor")[0].rsplit(" ", 1)[1])
    return lines / durable, lines / took, lines / used


def intake(folder, text, lines, program):
    """Turn by turn, three times, the best of each: what else the machine does disturbs both."""
    folder = os.path.abspath(folder)
    os.makedirs(folder, exist_ok=True)
    lines = int(lines)
    theirs, ours_ = [], []
    for _ in range(3):
        drop_caches()
        theirs.append(rsyslog(folder, text, lines))
        ours_.append(belde(folder, text, lines, program))
        print(f"load {load():.1f}", flush=True)
    say("over TCP, lines/s by the clock, until written (rsyslog) or durable", "rsyslog", f"{max(it[0] for it in theirs):.0f}")
    say("over TCP, lines/s by the clock, until written (rsyslog) or durable", "Belde", f"{max(it[0] for it in ours_):.0f}")
    say("over TCP, lines/s by the clock, until sealed", "Belde", f"{max(it[1] for it in ours_):.0f}")
    say("over TCP, lines/s of one core", "rsyslog", f"{max(it[1] for it in theirs):.0f}")
    say("over TCP, lines/s of one core", "Belde", f"{max(it[2] for it in ours_):.0f}")


if __name__ == "__main__":
    commands = {"tables": tables, "ours": ours, "bytes": bytes_of_tables, "zstd": zstd, "intake": intake}
    commands[sys.argv[1]](*sys.argv[2:])
