"""What is wrong with a flow, and what staff can do about it: findings in the order of the flow. Pure.

A rule is a line in `finding.Rule` and a few lines in the file of what it looks at: the line, where destinations lead
(`ways`, `facts`), what a kind needs (`destinations`, `keys`, `entries` …), words (`said`, `mentions`), promises.
"""

from menus.flow import Flow

from .destinations import destination_faults
from .facts import Facts
from .finding import Finding, Rule, Severity
from .line import line_faults
from .place import longest_place
from .promises import promised

__all__ = ["Finding", "Rule", "Severity", "check", "longest_place", "promised"]


def check(flow: Flow) -> list[Finding]:
    """Every fault and doubt: the line first, then its destinations in their order."""
    facts = Facts(flow)
    found = list(line_faults(facts))
    for key, here in flow.destinations.items():
        found.extend(destination_faults(facts, key, here))
    return found
