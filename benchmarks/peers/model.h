/* The model that benchmarks/model.py writes, and what a run counts at its stations, groups and operations. */

#ifndef TONGBAN_MODEL_H
#define TONGBAN_MODEL_H

#include <stdlib.h>

#include "record.h"

#ifndef IMPATIENT
#define IMPATIENT 0
#endif

enum { CLASSES = IMPATIENT ? 3 : 1, NONE = -1 };
enum { EXPONENTIAL, LOGNORMAL };

struct station {
    double last, edge, on_duty;
    int bin, busy, servers, queue_length, down;
    int head[CLASSES], tail[CLASSES];
    struct cell *cells;
    uint32_t *waiting; /* BUCKETS of each bin */
};

struct step {
    int law;
    double a, b, patience;
    uint32_t service, backoff;
    int operation;
    int *stations; /* by division */
};

struct stream {
    uint32_t hash;
    int office, rank, group;
    double rate, due;
    uint32_t k;
};

static struct {
    uint32_t key[2], arrival;
    double duration, limit, after, factor, jitter;
    int bins, divisions, retries, n_stations, n_streams, n_steps, n_groups, n_changes;
    struct station *stations;
    struct stream *streams;
    struct step *steps;
    struct group *groups;
    struct { int station, delta; double at; } *changes;
    int64_t (*operations)[N_OPERATION_COUNTS];
    double *waits; /* of each operation */
    double *edges;
} model;

static void fail(const char *message)
{
    fprintf(stderr, "network: %s\n", message);
    exit(1);
}

static void *allocate(void *old, size_t count, size_t size)
{
    void *memory = old ? realloc(old, count * size) : calloc(count, size);
    if (!memory)
        fail("the memory is full");
    return memory;
}

/* The model, as benchmarks/model.py writes it: whole numbers and hexadecimal floats between white space. */

static FILE *text;

static int64_t whole(void)
{
    long long value;
    if (fscanf(text, "%lld", &value) != 1)
        fail("the model ends early or holds no whole number where one belongs");
    return value;
}

static double real(void)
{
    char word[64];
    if (fscanf(text, "%63s", word) != 1)
        fail("the model ends early");
    return strtod(word, NULL);
}

static void read_stations(void)
{
    size_t cells = (size_t)model.bins + 2;
    model.stations = allocate(NULL, (size_t)(model.n_stations = (int)whole()), sizeof *model.stations);
    for (int number = 0; number < model.n_stations; number++) {
        struct station *station = &model.stations[number];
        station->servers = (int)whole();
        station->on_duty = station->servers;
        station->edge = model.edges[0];
        station->cells = allocate(NULL, cells, sizeof *station->cells);
        station->waiting = allocate(NULL, cells * BUCKETS, sizeof *station->waiting);
        for (int rank = 0; rank < CLASSES; rank++)
            station->head[rank] = station->tail[rank] = NONE;
    }
}

static void read_steps(void)
{
    model.divisions = (int)whole();
    model.steps = allocate(NULL, (size_t)(model.n_steps = (int)whole()), sizeof *model.steps);
    model.operations = allocate(NULL, (size_t)model.n_steps, sizeof *model.operations);
    model.waits = allocate(NULL, (size_t)model.n_steps, sizeof *model.waits);
    for (int number = 0; number < model.n_steps; number++) {
        struct step *step = &model.steps[number];
        step->law = (int)whole();
        step->a = real();
        step->b = real();
        step->service = (uint32_t)whole();
        step->patience = real();
        step->backoff = (uint32_t)whole();
        step->operation = (int)whole();
        step->stations = allocate(NULL, (size_t)model.divisions, sizeof *step->stations);
        for (int division = 0; division < model.divisions; division++)
            step->stations[division] = (int)whole();
    }
}

static void read_streams(void)
{
    model.n_groups = (int)whole();
    model.groups = allocate(NULL, (size_t)model.n_groups, sizeof *model.groups);
    for (int number = 0; number < model.n_groups; number++)
        model.groups[number].counts = allocate(NULL, (size_t)model.bins + 2, sizeof *model.groups[number].counts);
    model.streams = allocate(NULL, (size_t)(model.n_streams = (int)whole()), sizeof *model.streams);
    for (int number = 0; number < model.n_streams; number++) {
        struct stream *stream = &model.streams[number];
        stream->hash = (uint32_t)whole();
        stream->office = (int)whole();
        stream->rank = (int)whole();
        stream->group = (int)whole();
        stream->rate = real();
        if (stream->rank >= CLASSES || stream->office >= model.divisions || stream->office > UINT8_MAX)
            fail("a stream has a class or an office that this program was not compiled for");
    }
}

static void read_model(const char *path)
{
    if (!(text = fopen(path, "r")))
        fail("the model cannot be opened");
    model.key[0] = (uint32_t)whole();
    model.key[1] = (uint32_t)whole();
    model.arrival = (uint32_t)whole();
    model.duration = real();
    model.limit = real();
    model.bins = (int)whole();
    model.edges = allocate(NULL, (size_t)model.bins + 2, sizeof *model.edges);
    for (int edge = 0; edge <= model.bins; edge++)
        model.edges[edge] = real();
    model.edges[model.bins + 1] = INFINITY;
    read_stations();
    read_steps();
    read_streams();
    model.retries = (int)whole();
    model.after = real();
    model.factor = real();
    model.jitter = real();
    model.changes = allocate(NULL, (size_t)(model.n_changes = (int)whole()) + 1, sizeof *model.changes);
    for (int number = 0; number < model.n_changes; number++) {
        model.changes[number].at = real();
        model.changes[number].station = (int)whole();
        model.changes[number].delta = (int)whole();
    }
    if (!IMPATIENT && (model.n_changes || model.retries))
        fail("the model needs -DIMPATIENT=1");
    fclose(text);
}

#endif
