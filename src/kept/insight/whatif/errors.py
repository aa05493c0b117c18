"""What a what-if refuses.

BadScenario     the scenario can't be understood, or describes a chain that can't be
NothingToLearn  the history holds too little to take today's chain from
"""

from __future__ import annotations

from kept.core.errors import KeptError


class BadScenario(KeptError):
    """The scenario can't be understood, or describes a chain that can't be; the text says where and what to write."""


class NothingToLearn(KeptError):
    """The history holds too little to take today's chain from."""
