"""Bundles: what a run leaves behind.

Takes the records of an engine, the conformance table and a manifest, gives a folder of Parquet tables and the same
values back from it, promises that a folder is either whole or not there, and that a changed value is noticed.
"""

from sim.bundle.comparison import Comparison, Difference
from sim.bundle.conformance import ConformanceRow, ConformanceTable, Ending, Finding, Handover
from sim.bundle.digest import input_digest, result_digest
from sim.bundle.folder import check_place, folder_name, log_folder
from sim.bundle.log import Log
from sim.bundle.log_file import LogPlace, copy_log, has_log, join_log
from sim.bundle.manifest import FORMAT, Label, Manifest, Replay, Source, Spent
from sim.bundle.model import Bundle
from sim.bundle.reader import find_bundle, open_bundle
from sim.bundle.record import GroupKey, Layout, OperationKey, Record, StationKey
from sim.bundle.writer import write_bundle

__all__ = [
    "FORMAT",
    "Bundle",
    "Comparison",
    "ConformanceRow",
    "ConformanceTable",
    "Difference",
    "Ending",
    "Finding",
    "GroupKey",
    "Handover",
    "Label",
    "Layout",
    "Log",
    "LogPlace",
    "Manifest",
    "OperationKey",
    "Record",
    "Replay",
    "Source",
    "Spent",
    "StationKey",
    "check_place",
    "copy_log",
    "find_bundle",
    "folder_name",
    "has_log",
    "input_digest",
    "join_log",
    "log_folder",
    "open_bundle",
    "result_digest",
    "write_bundle",
]
