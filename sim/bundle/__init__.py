"""Bundles: what a run leaves behind.

Takes the records of an engine, the conformance table and a manifest, gives a folder of Parquet tables and the same
values back from it, promises that a folder is either whole or not there, and that a changed value is noticed.
"""

from sim.bundle.conformance import ConformanceRow, ConformanceTable, Ending, Finding
from sim.bundle.digest import input_digest, result_digest
from sim.bundle.drift import Difference, Drift
from sim.bundle.folder import check_place, folder_name, log_folder
from sim.bundle.log import Log
from sim.bundle.log_file import LogPlace, copy_log, has_log, join_log
from sim.bundle.manifest import FORMAT, Label, Manifest, Replay, Source, Spent
from sim.bundle.model import Bundle
from sim.bundle.reader import find_bundle, open_bundle
from sim.bundle.record import GroupKey, Layout, Record, StationKey
from sim.bundle.writer import write_bundle

__all__ = [
    "FORMAT",
    "Bundle",
    "ConformanceRow",
    "ConformanceTable",
    "Difference",
    "Drift",
    "Ending",
    "Finding",
    "GroupKey",
    "Label",
    "Layout",
    "Log",
    "LogPlace",
    "Manifest",
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
