"""Description of the machine, and its peak performance."""

import os
import platform
from pathlib import Path
from time import perf_counter

import numpy as np

# Vector and matrix units, the narrowest first.
_UNITS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")
_SIDE = 3072
_ROUNDS = 8


def describe() -> str:
    """Processor, cores, memory and system on one line."""
    facts = dict(_lines(Path("/proc/cpuinfo")))
    memory = int(dict(_lines(Path("/proc/meminfo"))).get("MemTotal", "0").split()[0]) / 2**20
    return (
        f"{facts['model name']}, {os.cpu_count()} cores ({', '.join(_units())}), {memory:.0f} GiB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def kind() -> str:
    """The widest units of the processor; they determine the time of a forward pass."""
    return next(reversed(_units()), platform.machine())


def _units() -> list[str]:
    flags = dict(_lines(Path("/proc/cpuinfo"))).get("flags", "").split()
    return [unit for unit in _UNITS if unit in flags]


def _lines(path: Path) -> list[tuple[str, str]]:
    pairs = (line.partition(":") for line in path.read_text().splitlines())
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def sgemm_flops() -> float:
    """Floating-point operations per second of a large float32 matrix product on all cores, for comparison."""
    rng = np.random.default_rng(0)
    left, right = (rng.random((_SIDE, _SIDE), np.float32) for _ in range(2))
    out = np.empty_like(left)
    seconds = []
    for _ in range(_ROUNDS):
        started = perf_counter()
        np.matmul(left, right, out=out)
        seconds.append(perf_counter() - started)
    return 2 * _SIDE**3 / min(seconds)
