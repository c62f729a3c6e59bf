"""Timing by ratio: two things are run in turn, A B A B, so that a machine that slows down slows both."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """One line of docs/benchmarks.md. `bar`: what was promised, "<= 5" or ">= 0.6" (None: told, not promised)."""

    what: str
    measured: float
    bar: str | None
    detail: str

    @property
    def kept(self) -> bool:
        if self.bar is None:
            return True
        sign, limit = self.bar.split()
        return self.measured <= float(limit) if sign == "<=" else self.measured >= float(limit)


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turn(first: Callable[[], object], second: Callable[[], object], rounds: int = 30) -> tuple[float, float]:
    """The least seconds each took, run alternately after one warm-up: what the work costs when nothing disturbs it."""
    first()
    second()
    times: list[tuple[float, float]] = [(seconds(first), seconds(second)) for _ in range(rounds)]
    return min(first for first, _ in times), min(second for _, second in times)


def ms(value: float) -> str:
    return f"{value * 1000:.2f} ms"
