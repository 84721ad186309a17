/* The workloads of benchmarks/ in C: the practical limit of an engine with tongban's draws and statistics.

       network MODEL [RECORD]

   Journeys visit stations one after the other. Compiled with -DIMPATIENT=1 they have patience, repeats and priority
   classes, and stations can be closed for a while; else that code is not there. Draws and statistics are those of the
   product, so RECORD equals its record bit for bit. One binary heap of events, journeys in reusable slots, queues as
   lists through the slots. MODEL is written by benchmarks/model.py. */

#include <time.h>

#include "draw.h"
#include "model.h"
#include "record.h"

enum { SLOT_BITS = 24, K_BITS = 28, NO_SLOT = (1 << SLOT_BITS) - 1 };
enum { WAITING, SERVED, AWAY };

/* An instant and an identity (stream, arrival, slot) in one number: the bits of a time >= 0 sort as the time does. */
typedef unsigned __int128 event;

struct journey {
    double arrived, waited, joined, due;
    uint64_t identity;
    uint32_t hash, k;
    int next, previous, station, arrival_bin;
    uint8_t office, rank, group, step, visit, state, counted;
};

static struct {
    event *heap;
    struct journey *journeys;
    uint32_t events, room, slots, used;
    int free, bin, hole, pending;
    double now, edge, end;
    int64_t begun;
} run;

/* Events. The root stays a hole while an event is handled, and the first new event fills it in one sift. */

static inline double instant(event each) { return double_of((uint64_t)(each >> 64)); }

static inline void sift_down(event one)
{
    event *heap = run.heap;
    uint32_t place = 0, child = 1, events = run.events;
    while (child + 1 < events) {
        child += heap[child + 1] < heap[child];
        if (one <= heap[child])
            break;
        heap[place] = heap[child];
        place = child;
        child = 2 * place + 1;
    }
    if (child + 1 == events && heap[child] < one) {
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = one;
}

static inline void schedule(double when, uint64_t identity)
{
    event one = (event)bits_of(when) << 64 | identity;
    if (run.hole) {
        run.hole = 0;
        sift_down(one);
        return;
    }
    if (run.events == run.room)
        run.heap = allocate(run.heap, run.room *= 2, sizeof *run.heap);
    uint32_t place = run.events++;
    while (place && one < run.heap[(place - 1) / 2]) {
        run.heap[place] = run.heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    run.heap[place] = one;
}

/* Statistics. */

static inline void add_span(struct station *station, double until)
{
    double span = until - station->last;
    if (span > 0.0) {
        double *sums = station->cells[station->bin].sums;
        sums[QUEUE_AREA] += station->queue_length * span;
        sums[BUSY_AREA] += station->busy * span;
        sums[SERVER_AREA] += station->on_duty * span;
        station->last = until;
    }
}

static inline void note(struct station *station, double now)
{
    while (__builtin_expect(now >= station->edge, 0)) {
        add_span(station, station->edge);
        station->edge = model.edges[++station->bin];
    }
    add_span(station, now);
}

static inline int bin_at(double now)
{
    while (__builtin_expect(now >= run.edge, 0))
        run.edge = model.edges[++run.bin];
    return run.bin;
}

static inline void count(const struct journey *journey, int column)
{
    if (journey->counted)
        model.operations[model.steps[journey->step].operation][column]++;
}

static inline void count_wait(struct journey *journey, double waited)
{
    journey->waited += waited;
    if (journey->counted)
        model.waits[model.steps[journey->step].operation] += waited;
}

/* Stations. */

static inline double service_time(const struct journey *journey)
{
    const struct step *step = &model.steps[journey->step];
    double u = uniform(model.key, journey->k, journey->hash, step->service, journey->visit);
    return step->law == EXPONENTIAL ? -portable_log(u) * step->a : portable_exp(step->a + step->b * normal_quantile(u));
}

static inline void wake(struct journey *journey, double delay)
{
    journey->due = run.now + delay;
    schedule(journey->due, journey->identity);
}

static inline void serve(struct station *station, struct journey *journey)
{
    double waited = run.now - journey->joined;
    struct cell *cell = &station->cells[journey->arrival_bin];
    station->busy++;
    cell->counts[STARTED]++;
    if (waited > 0.0) {
        cell->counts[WAITED]++;
        cell->sums[WAITING_STARTED] += waited;
        count_wait(journey, waited);
    }
    station->waiting[journey->arrival_bin * BUCKETS + bucket(waited)]++;
    journey->state = SERVED;
    wake(journey, service_time(journey));
}

static inline int rank_of(const struct journey *journey) { return IMPATIENT ? journey->rank : 0; }

static inline void leave_queue(struct station *station, struct journey *journey)
{
    int rank = rank_of(journey), next = journey->next, previous = journey->previous;
    if (previous == NONE)
        station->head[rank] = next;
    else
        run.journeys[previous].next = next;
    if (next == NONE)
        station->tail[rank] = previous;
    else
        run.journeys[next].previous = previous;
    station->queue_length--;
}

static inline void join_queue(struct station *station, struct journey *journey, int slot)
{
    int rank = rank_of(journey), last = station->tail[rank];
    journey->next = NONE;
    journey->previous = last;
    if (last == NONE)
        station->head[rank] = slot;
    else
        run.journeys[last].next = slot;
    station->tail[rank] = slot;
    station->queue_length++;
    journey->state = WAITING;
    if (IMPATIENT)
        wake(journey, model.steps[journey->step].patience);
}

static inline int is_free(const struct station *station)
{
    return station->busy < station->servers && (!IMPATIENT || !station->down);
}

static inline void dispatch(struct station *station)
{
    while (station->queue_length && is_free(station)) {
        int rank = 0;
        while (IMPATIENT && station->head[rank] == NONE)
            rank++;
        struct journey *journey = &run.journeys[station->head[rank]];
        leave_queue(station, journey);
        serve(station, journey);
    }
}

static inline void visit(struct journey *journey, int slot)
{
    const struct step *step = &model.steps[journey->step];
    count(journey, ATTEMPTS);
    journey->station = step->stations[journey->office];
    struct station *station = &model.stations[journey->station];
    note(station, run.now);
    station->cells[station->bin].counts[ARRIVALS]++;
    station->cells[station->bin].counts[JOINED]++;
    journey->joined = run.now;
    journey->arrival_bin = station->bin;
    if (is_free(station))
        serve(station, journey);
    else
        join_queue(station, journey, slot);
}

/* Journeys. */

static void begin(struct stream *stream, uint64_t identity)
{
    if (run.free == NONE) {
        if (run.used == NO_SLOT)
            fail("too many journeys are under way");
        if (run.used == run.slots)
            run.journeys = allocate(run.journeys, run.slots *= 2, sizeof *run.journeys);
        run.journeys[run.used].next = NONE;
        run.free = (int)run.used++;
    }
    int slot = run.free;
    struct journey *journey = &run.journeys[slot];
    run.free = journey->next;
    int bin = bin_at(run.now);
    *journey = (struct journey){.arrived = run.now, .identity = identity | (uint64_t)slot, .hash = stream->hash,
        .k = stream->k, .office = (uint8_t)stream->office, .rank = (uint8_t)stream->rank,
        .group = (uint8_t)stream->group, .counted = bin > 0 && bin <= model.bins};
    model.groups[journey->group].counts[bin][0]++;
    run.begun++;
    run.pending++;
    visit(journey, slot);
}

static void end(struct journey *journey, int slot, int outcome)
{
    struct group *group = &model.groups[journey->group];
    double sojourn = run.now - journey->arrived;
    group->counts[bin_at(run.now)][1]++;
    if (journey->counted) {
        group->outcomes[outcome]++;
        group->sums[outcome][0] += sojourn;
        group->sums[outcome][1] += journey->waited;
        group->sojourn[outcome][bucket(sojourn)]++;
    }
    journey->identity = 0;
    journey->next = run.free;
    run.free = slot;
    run.end = run.now;
    run.pending--;
}

static inline void finish(struct journey *journey, int slot)
{
    struct station *station = &model.stations[journey->station];
    note(station, run.now);
    station->cells[station->bin].counts[COMPLETED]++;
    station->busy--;
    dispatch(station);
    count(journey, SUCCEEDED);
    journey->visit = 0;
    if (++journey->step < model.n_steps)
        visit(journey, slot);
    else
        end(journey, slot, 0);
}

static void renege(struct journey *journey, int slot)
{
    struct station *station = &model.stations[journey->station];
    struct cell *cell = &station->cells[journey->arrival_bin];
    double waited = run.now - journey->joined;
    note(station, run.now);
    cell->counts[RENEGED]++;
    cell->sums[WAITING_LEFT] += waited;
    count_wait(journey, waited);
    leave_queue(station, journey);
    count(journey, TIMED_OUT);
    if (journey->visit == model.retries) {
        end(journey, slot, 1);
        return;
    }
    count(journey, RETRIES);
    double wait = model.after;
    for (int repeat = 0; repeat < journey->visit; repeat++)
        wait = wait * model.factor;
    double u = uniform(model.key, journey->k, journey->hash, model.steps[journey->step].backoff, journey->visit);
    wait = wait * (1.0 - model.jitter + 2.0 * model.jitter * u);
    journey->visit++;
    journey->state = AWAY;
    wake(journey, wait);
}

/* Poisson arrivals by inversion of the rate, hour by hour (sim/arrival/gap.py): here the hours are alike, but their
   edges decide how the sum is rounded. */
static double gap(const struct stream *stream)
{
    double hazard = -portable_log(uniform(model.key, stream->k, stream->hash, model.arrival, 0));
    int hour = (int)(stream->due / 3600.0);
    double to_edge = (hour + 1.0) * 3600.0 - stream->due, passed = 0.0;
    for (int turned = 0; stream->rate * to_edge < hazard; turned++) {
        if (turned == 24)
            fail("a stream is sparser than these workloads have them");
        hazard = hazard - stream->rate * to_edge;
        passed = passed + to_edge;
        to_edge = 3600.0;
    }
    return passed + hazard / stream->rate;
}

static void await_arrival(struct stream *stream)
{
    stream->due += gap(stream);
    if (stream->due >= model.duration) {
        run.pending--;
        return;
    }
    uint64_t number = (uint64_t)(stream - model.streams) + 1;
    schedule(stream->due, number << (SLOT_BITS + K_BITS) | (uint64_t)stream->k << SLOT_BITS | NO_SLOT);
}

static void change(uint64_t number)
{
    if (!number) { /* the measured window closes */
        run.pending--;
        return;
    }
    struct station *station = &model.stations[model.changes[number - 1].station];
    note(station, run.now);
    station->down += model.changes[number - 1].delta;
    dispatch(station);
}

static void handle(uint64_t identity, double due)
{
    int slot = (int)(identity & NO_SLOT);
    uint64_t stream = identity >> (SLOT_BITS + K_BITS);
    if (!stream) {
        change(identity);
    } else if (slot == NO_SLOT) {
        begin(&model.streams[stream - 1], identity & ~(uint64_t)NO_SLOT);
        model.streams[stream - 1].k++;
        await_arrival(&model.streams[stream - 1]);
    } else {
        struct journey *journey = &run.journeys[slot];
        if (!IMPATIENT || journey->state == SERVED) {
            if (!IMPATIENT || (journey->identity == identity && journey->due == due))
                finish(journey, slot);
        } else if (journey->identity == identity && journey->due == due) {
            if (journey->state == WAITING)
                renege(journey, slot);
            else
                visit(journey, slot);
        }
    }
}

static void simulate(void)
{
    run.room = run.slots = 1 << 12;
    run.heap = allocate(NULL, run.room, sizeof *run.heap);
    run.journeys = allocate(NULL, run.slots, sizeof *run.journeys);
    run.free = NONE;
    run.edge = model.edges[0];
    run.pending = 1 + model.n_streams;
    schedule(model.duration, 0);
    for (int number = 0; number < model.n_changes; number++)
        schedule(model.changes[number].at, (uint64_t)number + 1);
    for (int number = 0; number < model.n_streams; number++)
        await_arrival(&model.streams[number]);
    while (run.pending > 0) {
        event top = run.heap[0];
        run.now = instant(top);
        if (run.now >= model.limit)
            fail("journeys are under way at the limit of the run");
        run.hole = 1;
        handle((uint64_t)top, run.now);
        if (run.hole) {
            run.hole = 0;
            if (--run.events)
                sift_down(run.heap[run.events]);
        }
    }
    for (int number = 0; number < model.n_stations; number++)
        note(&model.stations[number], run.now);
}

/* Results. */

static int64_t services(void)
{
    int64_t total = 0;
    for (int number = 0; number < model.n_stations; number++)
        for (int bin = 0; bin < model.bins + 2; bin++)
            total += model.stations[number].cells[bin].counts[STARTED];
    return total;
}

static void write_stations(FILE *file)
{
    fprintf(file, "[station_counts " STATION_COUNTS "]\n");
    for (int number = 0; number < model.n_stations; number++)
        for (int bin = 0; bin < model.bins + 2; bin++)
            write_counts(file, model.stations[number].cells[bin].counts, N_COUNTS);
    fprintf(file, "[station_sums " STATION_SUMS "]\n");
    for (int number = 0; number < model.n_stations; number++)
        for (int bin = 0; bin < model.bins + 2; bin++)
            write_sums(file, model.stations[number].cells[bin].sums, N_SUMS);
    fprintf(file, "[waiting]\n");
    for (int number = 0; number < model.n_stations; number++)
        for (int bin = 0; bin < model.bins + 2; bin++)
            write_histogram(file, model.stations[number].waiting + bin * BUCKETS, number, bin);
}

static void write_groups(FILE *file)
{
    fprintf(file, "[group_counts " GROUP_COUNTS "]\n");
    for (int number = 0; number < model.n_groups; number++)
        for (int bin = 0; bin < model.bins + 2; bin++)
            write_counts(file, model.groups[number].counts[bin], 2);
    fprintf(file, "[group_outcomes]\n");
    for (int number = 0; number < model.n_groups; number++)
        write_counts(file, model.groups[number].outcomes, N_OUTCOMES);
    fprintf(file, "[group_sums " GROUP_SUMS "]\n");
    for (int number = 0; number < model.n_groups; number++)
        for (int outcome = 0; outcome < N_OUTCOMES; outcome++)
            write_sums(file, model.groups[number].sums[outcome], 2);
    fprintf(file, "[sojourn]\n");
    for (int number = 0; number < model.n_groups; number++)
        for (int outcome = 0; outcome < N_OUTCOMES; outcome++)
            write_histogram(file, model.groups[number].sojourn[outcome], number, outcome);
}

static void write_record(const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file)
        fail("the record cannot be written");
    write_stations(file);
    write_groups(file);
    fprintf(file, "[operation_counts " OPERATION_COUNTS "]\n");
    for (int number = 0; number < model.n_steps; number++)
        write_counts(file, model.operations[number], N_OPERATION_COUNTS);
    fprintf(file, "[operation_sums waiting]\n");
    for (int number = 0; number < model.n_steps; number++)
        write_sums(file, &model.waits[number], 1);
    fprintf(file, "[end_time]\n%a\n[events]\n%lld\n", run.end, (long long)(run.begun + services()));
    if (fclose(file))
        fail("the record cannot be written");
}

static double cpu_seconds(void)
{
    struct timespec spent;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return (double)spent.tv_sec + 1e-9 * (double)spent.tv_nsec;
}

/* From the kernel's account of this program: what getrusage tells begins with what the parent had. */
static double peak_megabytes(void)
{
    char line[256];
    double kilobytes = 0.0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, "VmHWM:", 6))
            kilobytes = strtod(line + 6, NULL);
    if (file)
        fclose(file);
    return kilobytes / 1024.0;
}

int main(int count, char **words)
{
    if (count < 2)
        fail("give the file of the model");
    double memory = peak_megabytes(), began = cpu_seconds();
    read_model(words[1]);
    simulate();
    double spent = cpu_seconds() - began, sojourn = 0.0;
    int64_t ended = 0;
    for (int number = 0; number < model.n_groups; number++)
        for (int outcome = 0; outcome < N_OUTCOMES; outcome++) {
            sojourn += model.groups[number].sums[outcome][0];
            ended += model.groups[number].outcomes[outcome];
        }
    printf("{\"journeys\": %lld, \"services\": %lld, \"cpu_seconds\": %.6f, \"mean_sojourn\": %.9f, "
           "\"memory_megabytes\": %.3f}\n",
        (long long)run.begun, (long long)services(), spent, sojourn / (double)ended, peak_megabytes() - memory);
    if (count > 2)
        write_record(words[2]);
    return 0;
}
