"""Resident memory and processor time of processes together with their children."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Dict, Iterable, List, Optional, Set, Tuple

Table = Dict[int, Tuple[int, int]]  # process id -> parent's id, resident bytes


def resident_mb(process_id: int) -> float:
    """Return the resident memory, in MB (10^6 bytes), of a process and all its descendants.

    Raises:
        ProcessLookupError: if there is no such process.
    """
    return sum_of_family(process_id, _processes()) / 1e6


def sum_of_family(process_id: int, table: Table) -> int:
    """Return the resident bytes of a process and all its descendants.

    Raises:
        ProcessLookupError: if there is no such process.
    """
    return sum(table[each][1] for each in _family(process_id, table))


def processor_seconds(process_ids: Iterable[int]) -> Optional[float]:
    """Return the processor time so far of processes and all their descendants; Linux only.

    It tells what a message costs where the clock tells what else the machine did meanwhile.

    Raises:
        ProcessLookupError: if there is no such process.
    """
    if not Path("/proc/self/stat").exists():
        return None
    table, ticks = _processes(), 0
    for each in {member for root in process_ids for member in _family(root, table)}:
        try:
            content = Path(f"/proc/{each}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:  # it ended while we looked
            continue
        fields = content.rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # in user mode, in the system
    return ticks / os.sysconf("SC_CLK_TCK")


def _family(process_id: int, table: Table) -> Set[int]:
    if process_id not in table:
        raise ProcessLookupError(f"there is no process {process_id}")
    children: Dict[int, List[int]] = {}
    for each, (parent, _) in table.items():
        children.setdefault(parent, []).append(each)
    found: Set[int] = set()
    left = [process_id]
    while left:
        each = left.pop()
        found.add(each)
        left += children.get(each, [])
    return found


def _processes() -> Table:
    if Path("/proc/self/status").exists():
        return _from_proc()
    lines = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid=,rss="], text=True).splitlines()
    rows = [[int(field) for field in line.split()] for line in lines]
    return {each: (parent, kilobytes * 1024) for each, parent, kilobytes in rows}


def _from_proc() -> Table:
    table: Table = {}
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:  # it ended while we looked
            continue
        fields = dict(line.split(":", 1) for line in lines if ":" in line)
        resident = int(fields.get("VmRSS", "0 kB").split()[0]) * 1024
        table[int(path.parent.name)] = (int(fields["PPid"]), resident)
    return table
