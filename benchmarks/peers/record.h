/* The statistics of one replication (sim/bundle/record.py) in C: counts, areas and histograms by bin. */

#ifndef TONGBAN_RECORD_H
#define TONGBAN_RECORD_H

#include <stdint.h>
#include <stdio.h>

#include "draw.h"

enum { SUBDIVISIONS = 64, BUCKETS = 53 * SUBDIVISIONS + 1, N_OUTCOMES = 2 };
enum { ARRIVALS, JOINED, STARTED, WAITED, RENEGED, COMPLETED, N_COUNTS };
enum { QUEUE_AREA, BUSY_AREA, SERVER_AREA, WAITING_STARTED, WAITING_LEFT, N_SUMS };
enum { ATTEMPTS, SUCCEEDED, TIMED_OUT, RETRIES, N_OPERATION_COUNTS };

/* What the product calls these columns; others of its columns are 0 in these workloads. */
#define STATION_COUNTS "arrivals joined started waited reneged completed"
#define STATION_SUMS "queue_area busy_area server_area waiting_started waiting_left"
#define OPERATION_COUNTS "attempts succeeded timed_out retries"
#define GROUP_COUNTS "arrivals finished"
#define GROUP_SUMS "sojourn waiting"

/* One station in one bin. */
struct cell {
    int64_t counts[N_COUNTS];
    double sums[N_SUMS];
};

struct group {
    int64_t (*counts)[2]; /* of each bin: begun, ended */
    int64_t outcomes[N_OUTCOMES];
    double sums[N_OUTCOMES][2]; /* sojourn, waiting */
    uint32_t sojourn[N_OUTCOMES][BUCKETS];
};

/* 64 buckets an octave from 2**-20 s on, by the float's own bits (sim/bundle/bucket.py). */
static inline int bucket(double seconds)
{
    int64_t place = (int64_t)(bits_of(seconds) >> 46);
    int64_t number = place - (1022 - 19) * SUBDIVISIONS + 1;
    if (seconds <= 0.0 || number < 1)
        return 0;
    return number < BUCKETS ? (int)number : BUCKETS - 1;
}

static void write_counts(FILE *file, const int64_t *counts, int length)
{
    for (int column = 0; column < length; column++)
        fprintf(file, "%lld%c", (long long)counts[column], column + 1 < length ? ' ' : '\n');
}

static void write_sums(FILE *file, const double *sums, int length)
{
    for (int column = 0; column < length; column++)
        fprintf(file, "%a%c", sums[column], column + 1 < length ? ' ' : '\n');
}

static void write_histogram(FILE *file, const uint32_t *histogram, int row, int column)
{
    for (int number = 0; number < BUCKETS; number++)
        if (histogram[number])
            fprintf(file, "%d %d %d %u\n", row, column, number, histogram[number]);
}

#endif
