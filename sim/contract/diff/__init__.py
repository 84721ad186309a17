r"""Two editions of a contract, compared.

Takes two loaded contracts, the older first, gives every change with what it does to consumers and to providers that
keep to the older edition, promises that a difference which cannot be judged is told as risky, never passed over.

::

    document -> operation -> parameter, body, response, security, callback     (OPERATION_FAMILIES)
                                 \______|______/
                                     schema -> kind, value, bound, text, ...    (SCHEMA_FAMILIES)
                                                      \__ rule (RULES) __/
"""

from sim.contract.diff.document import compare_contracts
from sim.contract.diff.model import SEVERITIES, Change, ChangePlace, Severity, worst
from sim.contract.diff.rule import RULES, Rule

__all__ = ["RULES", "SEVERITIES", "Change", "ChangePlace", "Rule", "Severity", "compare_contracts", "worst"]
