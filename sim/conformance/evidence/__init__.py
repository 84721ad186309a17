"""Evidence of a trial: one frozen file that says by itself whether it is whole.

Takes a trial, gives a ZIP of reports, redacted exchanges and a manifest with the digest of each and of the documents
that the system was held against; promises that equal trials give equal bytes, and that ``verify`` finds every altered,
missing, added or doubled byte without unpacking anything to disk. Who makes evidence can forge it: its seal, the
SHA-256 of the whole file, is what to keep elsewhere.
"""

from sim.conformance.evidence.package import evidence_of
from sim.conformance.evidence.verification import Verification, verify

__all__ = ["Verification", "evidence_of", "verify"]
