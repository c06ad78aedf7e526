"""otoscope nodes: works without any source, in all formats."""

import csv
import io
import json

COLUMNS = ["name", "os_pid", "port", "release", "uptime", "cookie", "cookie_from", "source", "tls", "container"]


def test_all_formats_have_the_same_columns(otoscope):
    rows = list(csv.reader(io.StringIO(otoscope("nodes", "--format", "csv").stdout)))
    assert rows[0] == COLUMNS
    for row in otoscope("nodes", "--format", "json").json():
        assert list(row) == COLUMNS
    for line in otoscope("nodes", "--format", "jsonl").lines():
        assert list(json.loads(line)) == COLUMNS
    heading = otoscope("nodes").lines()[0]
    assert heading.split()[:3] == ["NAME", "OS", "PID"] and "CONTAINER" not in heading


def test_takes_the_options_of_a_table(otoscope):
    assert otoscope("nodes", "--where", "name = nobody@nowhere", "--format", "json").json() == []
    assert otoscope("nodes", "--where", "name = nobody@nowhere", "--columns", "name,port").lines() == ["NAME  PORT"]
