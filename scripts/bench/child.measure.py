"""Runs a command and writes what it cost by the operating system's account of the finished child (wait4).

    child.measure.py REPORT COMMAND [ARGUMENT …]

REPORT gets JSON: status, wallSeconds, cpuSeconds (user and system, its own children included) and peakBytes (the
largest resident set). The command's output goes where this program's would.
"""

import json
import os
import sys
import time

report, command = sys.argv[1], sys.argv[2:]
start = time.monotonic()
child = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(child, 0)
figures = {
    "status": os.waitstatus_to_exitcode(status),
    "wallSeconds": time.monotonic() - start,
    "cpuSeconds": usage.ru_utime + usage.ru_stime,
    "peakBytes": usage.ru_maxrss * 1024,
}
with open(report, "w", encoding="utf-8") as file:
    json.dump(figures, file)
