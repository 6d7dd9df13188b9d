/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/random_scenario.h"
#include "support/trace_file.h"

#include "model/internal.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { OVERRIDES_MOST = 16, RECORDS_MOST = 256, LOGS_MOST = 16, FIRST_DATE = 5 /* of January 2026, a Monday */ };

#define COMPLAIN(trace, ...)                                                                                           \
    do {                                                                                                               \
        print_error("%s:%d: ", (trace)->file, (trace)->line);                                                          \
        fail_msg(__VA_ARGS__);                                                                                         \
    } while (0)

/* --- instants --- */

/* Digits, with a fraction perhaps; unlike strtod it leaves the ".." of a range alone. */
static double number(const char *text, char **end)
{
    char digits[32];
    size_t length = strspn(text, "0123456789");
    if (text[length] == '.' && isdigit((unsigned char)text[length + 1]))
        length += 1 + strspn(text + length + 1, "0123456789");
    snprintf(digits, sizeof digits, "%.*s", (int)length, text);
    *end = (char *)text + length;
    return strtod(digits, NULL);
}

/* [DAYd]H:MM[:SS], or seconds; *end is behind it. */
static double instant(const char *text, char **end)
{
    double value = number(text, end), days = 0.0;
    if (**end == 'd') {
        days = value;
        value = number(*end + 1, end);
    }
    if (**end != ':')
        return days * 86400.0 + value;
    double seconds = value * 3600.0 + number(*end + 1, end) * 60.0;
    if (**end == ':')
        seconds += number(*end + 1, end);
    return days * 86400.0 + seconds;
}

/* --- the scenario --- */

struct writing {
    char folder[64];
    char *text;
    size_t size;
    int warmup_days, logs;
};

static void path_in(const struct writing *writing, const char *name, char path[96])
{
    snprintf(path, 96, "%s/%s", writing->folder, name);
}

static FILE *file_in(const struct writing *writing, const char *name)
{
    char path[96];
    path_in(writing, name, path);
    FILE *file = fopen(path, "w");
    if (!file)
        fail_msg("cannot write %s", path);
    return file;
}

/* A log of the instants of come(…); returns what follows it. */
static const char *log_write(struct writing *writing, const char *instants, FILE *out)
{
    char name[24], *at = (char *)instants;
    snprintf(name, sizeof name, "log%d.csv", writing->logs++);
    assert_true(writing->logs <= LOGS_MOST);
    FILE *file = file_in(writing, name);
    fputs("arrived\n", file);
    while (*at && *at != ')') {
        double s = instant(at, &at);
        int day = (int)(s / 86400.0), second = (int)(s - day * 86400.0);
        fprintf(file, "2026-01-%02d %02d:%02d:%02d\n", FIRST_DATE - writing->warmup_days + day, second / 3600,
                second / 60 % 60, second % 60);
        at += strspn(at, ", ");
    }
    fclose(file);
    fprintf(out, "volume = { history = { file = \"%s\"; use = \"replay\"; }; }", name);
    return *at ? at + 1 : at;
}

/* A fixed law whose mean is twice as much for those that arrive from 1:00 to 2:00. */
static void by_hour_write(double seconds, FILE *out)
{
    fprintf(out, "{ dist = \"fixed\"; mean = \"%g s\"; by_time = ( ", seconds);
    for (int hour = 0; hour < 24; hour++)
        fprintf(out, "%s%d", hour ? ", " : "", hour == 1 ? 2 : 1);
    fputs(" ); }", out);
}

/* The number that a setting of the scenario itself is given by the trace; -1: it is left to the beginning of all. */
static int given(const struct trace *trace, const char *setting)
{
    for (size_t i = 0; i < trace->scenario.count; i++) {
        const char *at = strstr(trace->scenario.line[i], setting);
        if (at)
            return atoi(at + strlen(setting));
    }
    return -1;
}

static void scenario_write(struct writing *writing, const struct trace *trace)
{
    FILE *out = file_in(writing, "trace.cfg");
    int warmup = given(trace, "warmup = \"");
    writing->warmup_days = warmup > 0 ? warmup : 0;
    fputs("start = \"2026-01-05\"; seed = \"1\";\n", out);
    if (warmup < 0)
        fputs("warmup = \"0 d\";\n", out);
    if (given(trace, "days = ") <= 0)
        fputs("days = 1;\n", out);
    for (size_t i = 0; i < trace->scenario.count; i++) {
        for (const char *at = trace->scenario.line[i]; *at;) {
            double seconds;
            int length = 0;
            if (strncmp(at, "come(", 5) == 0) {
                at = log_write(writing, at + 5, out);
            } else if (sscanf(at, "fixed(%lf)%n", &seconds, &length) == 1 && length > 0) {
                fprintf(out, "{ dist = \"fixed\"; mean = \"%g s\"; }", seconds);
                at += length;
            } else if (sscanf(at, "by_hour(%lf)%n", &seconds, &length) == 1 && length > 0) {
                by_hour_write(seconds, out);
                at += length;
            } else {
                fputc(*at++, out);
            }
        }
        fputc('\n', out);
    }
    fclose(out);
}

static void writing_remove(struct writing *writing)
{
    char path[96], name[24];
    for (int i = 0; i < writing->logs; i++) {
        snprintf(name, sizeof name, "log%d.csv", i);
        path_in(writing, name, path);
        unlink(path);
    }
    path_in(writing, "trace.cfg", path);
    unlink(path);
    rmdir(writing->folder);
}

/* The scenario with overrides; NULL where it cannot be read, and then says why if asked. `writing` must be removed when
   the model has been built, for that reads the logs. */
static struct sc_scenario *scenario_read(struct writing *writing, const struct trace *trace,
                                         const char *const *overrides, size_t count, bool say)
{
    struct sc_scenario *scenario = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    char path[96];
    *writing = (struct writing){.logs = 0};
    snprintf(writing->folder, sizeof writing->folder, "%s/staffcast-trace-XXXXXX", P_tmpdir);
    assert_non_null(mkdtemp(writing->folder));
    scenario_write(writing, trace);
    path_in(writing, "trace.cfg", path);
    if (sc_scenario_read(path, overrides, count, &scenario, &faults, &error) != SC_OK && say)
        sc_faults_print(&faults, stderr);
    sc_faults_release(&faults);
    return scenario;
}

static struct player player_for(const struct trace *trace, const char *const *overrides, size_t count)
{
    struct writing writing;
    struct sc_scenario *scenario = scenario_read(&writing, trace, overrides, count, true);
    if (!scenario) {
        writing_remove(&writing);
        COMPLAIN(trace, "the scenario of '%s' cannot be read%s%s", trace->name, count ? " with " : "",
                 count ? overrides[0] : "");
    }
    struct player player = player_of(scenario);
    writing_remove(&writing);
    return player;
}

/* Whether the scenario can be read with these overrides: whether there is what they change. */
static bool fits(const struct trace *trace, const char *const *overrides, size_t count)
{
    struct writing writing;
    struct sc_scenario *scenario = scenario_read(&writing, trace, overrides, count, false);
    writing_remove(&writing);
    sc_scenario_free(scenario);
    return scenario != NULL;
}

/* --- outcomes --- */

struct heard {
    const struct sc_model *model;
    struct sc_contact_record record[RECORDS_MOST];
    size_t count;
};

static void listen(void *context, const struct sc_contact_record *record)
{
    struct heard *heard = context;
    if (heard->count < RECORDS_MOST)
        heard->record[heard->count] = *record;
    heard->count++;
}

static const char *const outcome_word[] = {
    "answered", "abandoned", "balked",    "blocked", "dismissed",   "diverted_waiting",
    "diverted", "deflected", "automated", "gave_up", "called_back", "open",
};

/* When a contact joined; who is kept away has only arrived. */
static double joined_of(const struct sc_contact_record *r)
{
    return r->outcome == SC_OUTCOME_DEFLECTED ? r->arrived_s : r->joined_s;
}

static void channel_name(const struct player *p, int type, char *name, size_t room)
{
    const struct sc_channel *channel = &p->scenario->channels[p->model->types[type].channel];
    int class_index = p->model->types[type].class_index;
    snprintf(name, room, "%s%s%s", channel->name, class_index >= 0 ? "/" : "",
             class_index >= 0 ? channel->classes[class_index].name : "");
}

static bool record_is(const struct player *p, const struct sc_contact_record *r, const char *line)
{
    char channel[64], outcome[32], rest[2][32], name[64], *end;
    double from = instant(line + strspn(line, " "), &end), to = from;
    if (strncmp(end, "..", 2) == 0)
        to = instant(end + 2, &end);
    int words = sscanf(end, " %63s %31s %31s %31s", channel, outcome, rest[0], rest[1]);
    if (words < 2)
        return false;
    channel_name(p, r->type, name, sizeof name);
    const char *pool = r->outcome == SC_OUTCOME_ANSWERED && words > 2 ? rest[words - 3] : NULL;
    bool left_given = words - 2 > (pool != NULL);
    double left = r->outcome == SC_OUTCOME_OPEN ? p->model->end_s : left_given ? instant(rest[0], &end) : joined_of(r);
    return joined_of(r) >= from && joined_of(r) <= to && (strcmp(channel, "..") == 0 || strcmp(channel, name) == 0) &&
           strcmp(outcome, outcome_word[r->outcome]) == 0 && left == r->left_s &&
           (r->pool < 0 ? pool == NULL : pool && strcmp(pool, p->scenario->pools[r->pool].name) == 0);
}

static bool outcomes_compare(const struct trace *trace, const struct player *p, const struct heard *heard)
{
    bool same = heard->count == trace->outcomes.count;
    for (size_t i = 0; i < heard->count && i < RECORDS_MOST; i++) {
        const struct sc_contact_record *r = &heard->record[i];
        bool expected = i < trace->outcomes.count && record_is(p, r, trace->outcomes.line[i]);
        char name[64];
        channel_name(p, r->type, name, sizeof name);
        if (!expected)
            print_error("%s:%d: outcome %zu is: %.6f %s %s %.6f %s\n", trace->file, trace->line, i + 1, joined_of(r),
                        name, outcome_word[r->outcome], r->left_s,
                        r->pool >= 0 ? p->scenario->pools[r->pool].name : "");
        same = same && expected;
    }
    return same;
}

/* --- figures --- */

struct figure_name {
    const char *name;
    size_t offset;
};
#define OF_TALLY(field)                                                                                                \
    {                                                                                                                  \
#field, offsetof(struct sc_tally, field)                                                                       \
    }
static const struct figure_name tally_names[] = {
    OF_TALLY(demand),
    OF_TALLY(arrivals),
    OF_TALLY(deflected),
    OF_TALLY(automated),
    OF_TALLY(automated_returned),
    OF_TALLY(gave_up),
    OF_TALLY(diverted),
    OF_TALLY(offered),
    OF_TALLY(answered),
    OF_TALLY(abandoned),
    OF_TALLY(balked),
    OF_TALLY(blocked),
    OF_TALLY(dismissed),
    OF_TALLY(diverted_waiting),
    OF_TALLY(called_back),
    OF_TALLY(callbacks_kept),
    OF_TALLY(open_at_end),
    OF_TALLY(in_automation_at_end),
    OF_TALLY(touches),
    OF_TALLY(retried),
    OF_TALLY(transferred),
    OF_TALLY(recontacts),
    OF_TALLY(entered_automation),
    OF_TALLY(answered_within),
    OF_TALLY(lost_within),
    OF_TALLY(lost_short),
    OF_TALLY(late_open),
    OF_TALLY(wait_answered_s),
    OF_TALLY(wait_lost_s),
    OF_TALLY(first_response_s),
    OF_TALLY(first_responses),
    OF_TALLY(resolution_s),
    OF_TALLY(resolved),
    OF_TALLY(handle_s),
    OF_TALLY(handlings),
    OF_TALLY(satisfied),
    OF_TALLY(satisfaction_base),
    OF_TALLY(queue_s),
    OF_TALLY(queue_open_s),
    OF_TALLY(queue_max),
    OF_TALLY(oldest_max_s),
    OF_TALLY(wait_max_s),
    OF_TALLY(automation_cost),
    OF_TALLY(lost_cost),
};
#define OF_POOL(field)                                                                                                 \
    {                                                                                                                  \
#field, offsetof(struct sc_pool_tally, field)                                                                  \
    }
static const struct figure_name pool_names[] = {
    OF_POOL(scheduled_s), OF_POOL(present_s), OF_POOL(busy_s),   OF_POOL(overtime_s),
    OF_POOL(live_busy_s), OF_POOL(holding_s), OF_POOL(contacts), OF_POOL(handled_s),
};
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const double *field_of(const void *tally, const struct figure_name *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i].name, name) == 0)
            return (const double *)((const char *)tally + names[i].offset);
    return NULL;
}

/* The figure "element.field" of a channel, a class of one ("channel/class") or a pool; NULL: there is none. */
static const double *figure_of(const struct player *p, const char *element, const char *field)
{
    for (size_t c = 0; c < p->scenario->channel_count; c++)
        if (strcmp(p->scenario->channels[c].name, element) == 0)
            return field_of(&p->replication->channel[c], tally_names, COUNT_OF(tally_names), field);
    for (size_t i = 0; i < p->scenario->pool_count; i++)
        if (strcmp(p->scenario->pools[i].name, element) == 0)
            return field_of(&p->replication->pool[i], pool_names, COUNT_OF(pool_names), field);
    for (size_t t = 0; t < p->model->type_count; t++) {
        char name[64];
        channel_name(p, (int)t, name, sizeof name);
        if (strcmp(name, element) == 0)
            return field_of(&p->replication->type[t], tally_names, COUNT_OF(tally_names), field);
    }
    return NULL;
}

static bool figures_compare(const struct trace *trace, const struct player *p)
{
    bool same = true;
    for (size_t i = 0; i < trace->figures.count; i++) {
        char element[64], field[64], value[64], *end;
        if (sscanf(trace->figures.line[i], " %63[^.].%63s %63s", element, field, value) != 3)
            COMPLAIN(trace, "not a figure: %s", trace->figures.line[i]);
        const double *figure = figure_of(p, element, field);
        if (!figure)
            COMPLAIN(trace, "there is no such figure: %s", trace->figures.line[i]);
        if (*figure != instant(value, &end)) {
            print_error("%s:%d: %s.%s is %.6f, not %s\n", trace->file, trace->line, element, field, *figure, value);
            same = false;
        }
    }
    return same;
}

/* --- without --- */

/* What came of a trace: who was heard, and all figures in one number. */
struct outcome {
    struct heard heard;
    uint64_t digest;
    double *figure; /* all sums of channels and pools, and when contacts left, by pool, and by channel and outcome */
    size_t figures;
};

/* Adds up when contacts left; those of pools first. */
static void left_add(const struct player *p, const struct heard *heard, double *sum)
{
    for (size_t i = 0; i < heard->count && i < RECORDS_MOST; i++) {
        const struct sc_contact_record *r = &heard->record[i];
        size_t channel = sc_model_type_channel(p->model, (size_t)r->type);
        if (r->pool >= 0)
            sum[r->pool] += r->left_s;
        sum[p->scenario->pool_count + channel * COUNT_OF(outcome_word) + r->outcome] += r->left_s;
    }
}

static struct outcome *played(struct player *p)
{
    struct outcome *o = calloc(1, sizeof *o);
    const struct sc_replication *r = p->replication;
    size_t tally = sizeof *r->channel / sizeof(double), pool = sizeof *r->pool / sizeof(double);
    o->heard.model = p->model;
    player_play(p, 0, NULL, &(struct sc_observer){listen, &o->heard});
    o->digest = replication_digest(r);
    o->figures = r->channels * (tally + COUNT_OF(outcome_word)) + r->pools * (pool + 1);
    o->figure = calloc(o->figures, sizeof *o->figure);
    memcpy(o->figure, r->channel, r->channels * sizeof *r->channel);
    memcpy(o->figure + r->channels * tally, r->pool, r->pools * sizeof *r->pool);
    left_add(p, &o->heard, o->figure + r->channels * tally + r->pools * pool);
    return o;
}

static void outcome_free(struct outcome *o)
{
    if (o)
        free(o->figure);
    free(o);
}

static bool record_same(const struct sc_contact_record *a, const struct sc_contact_record *b)
{
    return a->type == b->type && a->outcome == b->outcome && a->pool == b->pool && a->joined_s == b->joined_s &&
           a->left_s == b->left_s;
}

static bool outcome_same(const struct outcome *a, const struct outcome *b)
{
    bool same = a->digest == b->digest && a->heard.count == b->heard.count;
    for (size_t i = 0; i < a->heard.count && i < RECORDS_MOST && same; i++)
        same = record_same(&a->heard.record[i], &b->heard.record[i]);
    return same;
}

/* "name: override | override" of the trace, else of the book. */
static const char *without_of(const struct trace_book *book, const struct trace *trace, int mechanism)
{
    for (size_t i = 0; i < trace->without.count; i++)
        if (trace_mechanism(book, trace->without.line[i]) == mechanism)
            return trace->without.line[i];
    for (size_t i = 0; i < book->without.count; i++)
        if (trace_mechanism(book, book->without.line[i]) == mechanism)
            return book->without.line[i];
    COMPLAIN(trace, "nothing says what the trace is without %s", book->mechanisms.line[mechanism]);
    return NULL;
}

/* Cuts a list of overrides at the bars and adds those that fit to others; those without a question mark must fit where
   `must` is set. */
static size_t overrides_cut(const struct trace *trace, char *list, const char *override[], size_t count, bool must)
{
    char *at;
    while ((at = strsep(&list, "|")) && count < OVERRIDES_MOST) {
        at += strspn(at, " ");
        size_t length = strlen(at);
        while (length > 0 && at[length - 1] == ' ')
            at[--length] = '\0';
        override[count] = at + (at[0] == '?');
        if ((must && at[0] != '?') || fits(trace, override, count + 1))
            count++;
    }
    return count;
}

static struct outcome *played_with(const struct trace *trace, const char *const *override, size_t count)
{
    struct player p = player_for(trace, override, count);
    struct outcome *o = played(&p);
    player_free(&p);
    return o;
}

/* The trace without one mechanism, or without two (b >= 0): of the second what is still there without the first. */
static struct outcome *played_without(const struct trace_book *book, const struct trace *trace, int a, int b)
{
    const char *override[OVERRIDES_MOST];
    char *first = strdup(strchr(without_of(book, trace, a), ':') + 1);
    char *second = b >= 0 ? strdup(strchr(without_of(book, trace, b), ':') + 1) : NULL;
    size_t count = overrides_cut(trace, first, override, 0, true);
    if (second)
        count = overrides_cut(trace, second, override, count, false);
    struct outcome *o = played_with(trace, override, count);
    free(first);
    free(second);
    return o;
}

/* Whether what one mechanism does to the figures depends on the other: with - without(a) is not the same as
   without(b) - without(both). */
static bool depend(const struct outcome *with, const struct outcome *a, const struct outcome *b,
                   const struct outcome *both)
{
    bool same = true;
    for (size_t i = 0; i < with->figures && same; i++)
        same = with->figure[i] - a->figure[i] == b->figure[i] - both->figure[i];
    return !same;
}

/* Without each mechanism that the trace says meet something else comes out, and what the one does depends on the
   other. */
static void meetings_check(const struct trace_book *book, const struct trace *trace, const struct outcome *with)
{
    struct outcome **without = calloc(book->mechanisms.count, sizeof *without);
    for (size_t i = 0; i < trace->meets.count; i++) {
        int pair[2];
        trace_pair(book, trace->meets.line[i], &pair[0], &pair[1]);
        for (int k = 0; k < 2; k++) {
            if (without[pair[k]])
                continue;
            without[pair[k]] = played_without(book, trace, pair[k], -1);
            if (outcome_same(with, without[pair[k]]))
                COMPLAIN(trace, "'%s' is the same without %s", trace->name, book->mechanisms.line[pair[k]]);
        }
        struct outcome *both = played_without(book, trace, pair[0], pair[1]);
        if (!depend(with, without[pair[0]], without[pair[1]], both))
            COMPLAIN(trace, "what the one does is the same without the other: %s", trace->meets.line[i]);
        outcome_free(both);
    }
    for (size_t i = 0; i < book->mechanisms.count; i++)
        outcome_free(without[i]);
    free(without);
}

/* The short cuts, which are only taken when nobody listens, give the same figures. */
static void unheard_check(const struct trace *trace, const struct outcome *heard)
{
    struct player p = player_for(trace, NULL, 0);
    player_play(&p, 0, NULL, NULL);
    for (size_t c = 0; c < p.replication->channels; c++)
        for (size_t i = 0; i < COUNT_OF(tally_names); i++) {
            size_t at = c * sizeof *p.replication->channel + tally_names[i].offset;
            double here = *(const double *)((const char *)p.replication->channel + at);
            double there = *(const double *)((const char *)heard->figure + at);
            if (here != there)
                print_error("%s:%d: %s.%s is %.6f when nobody listens, else %.6f\n", trace->file, trace->line,
                            p.scenario->channels[c].name, tally_names[i].name, here, there);
        }
    if (replication_digest(p.replication) != heard->digest)
        COMPLAIN(trace, "the figures of '%s' differ when nobody listens", trace->name);
    player_free(&p);
}

void trace_check(const struct trace_book *book, const struct trace *trace)
{
    struct player p = player_for(trace, NULL, 0);
    struct outcome *with = played(&p);
    bool same = outcomes_compare(trace, &p, &with->heard);
    if (!figures_compare(trace, &p) || !same)
        COMPLAIN(trace, "'%s': %zu outcomes, %zu were worked out by hand; what differs is above", trace->name,
                 with->heard.count, trace->outcomes.count);
    player_free(&p);
    unheard_check(trace, with);
    meetings_check(book, trace, with);
    outcome_free(with);
}
