"""No program may take the whole server: each key has a bucket of calls that fills again at a steady rate."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

PER_SECOND = 50.0
BURST = 500.0


@dataclass
class Throttle:
    """Buckets by key, in this process: with several workers each lets this much through."""

    per_second: float = PER_SECOND
    burst: float = BURST
    _buckets: dict[int, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, key: int) -> float:
        """Take one call from the bucket of `key`; 0 where it may go on, else the seconds to wait."""
        now = time.monotonic()
        with self._lock:
            left, since = self._buckets.get(key, (self.burst, now))
            left = min(self.burst, left + (now - since) * self.per_second)
            if left < 1:
                self._buckets[key] = (left, now)
                return (1 - left) / self.per_second
            self._buckets[key] = (left - 1, now)
            return 0.0
