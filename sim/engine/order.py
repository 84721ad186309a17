"""The order of events at one instant, as integer keys: the least comes first. Both engines share it.

The scenario's own events come first, then those of stations by their row, then those of journeys by stream, number in
the stream, branch path and kind (own completion 0, deadlines after it, outer before inner).
"""

from __future__ import annotations

from typing import Final

from sim.draw import name_hash

# The window closes before the run is cut off: one that ends with its window and has nobody inside is drained.
WINDOW_KEY: Final = 2
LIMIT_KEY: Final = 3
PROGRESS_KEY: Final = 4
FIRST_EVENT_KEY: Final = 16

STATION_RANK: Final = 1 << 60
JOURNEY_RANK: Final = 2 << 60
STREAM_SHIFT: Final = 46
STREAM_MASK: Final = (1 << 14) - 1
K_SHIFT: Final = 18
K_MASK: Final = (1 << 28) - 1
PATH_SHIFT: Final = 6
PATH_MASK: Final = 0xFFF << PATH_SHIFT
LAST_PATH: Final = 0xFFF

VISIT_MASK: Final = 0xFFFF
"""Executions of a step are numbered anew after 65,536: two bytes a step, not four, of every journey under way."""

# The draws of an arrival, in the place of a step's.
ARRIVAL_STEP: Final = name_hash("#arrival")
CHANNEL_STEP: Final = name_hash("#channel")
HOME_STEP: Final = name_hash("#home")
