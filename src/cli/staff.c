/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staffcast staff: how many people each half-hour needs. */
#include "present/staff.h"
#include "base/file.h"
#include "base/number.h"
#include "cli/commands.h"
#include "cli/deliver.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "cli/staff_write.h"
#include "staffcast/model.h"
#include "staffcast/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char documentation[] =
    "Finds how many people each pool needs in each interval so that every target of the SCENARIO holds, for the least "
    "cost: formulas give the start, simulation repairs and trims it. Prints the heads on duty by half-hour, every step "
    "from contacts to the people to employ, and what the usual formulas would have said."
    "\v"
    "--per says where a target must hold: in every interval (the default), every day, every week, or over the whole "
    "horizon. With --confidence 90% each such period must meet it with that probability; without, on average, which "
    "misses it every other day.\n"
    "\n"
    "--shifts covers the heads with shifts of 8 and 4 hours that begin at each half-hour, with a break of 30 minutes "
    "in the middle third; --shifts=FILE with those that FILE allows:\n"
    "  shifts = (\n"
    "    { name = \"full time\"; starts = \"06:00-14:00 every 30 min\"; lengths = ( \"8 h\", \"6 h\" );\n"
    "      breaks = ( { lasts = \"30 min\"; between = ( \"3 h\", \"5 h\" ); } );\n"
    "      min = 0; max = 12; days_a_week = 5; days_off = \"together\"; },\n"
    "    { name = \"part time\"; pools = ( \"front line\" ); days = \"mon-fri\";\n"
    "      starts = ( \"09:00\", \"12:30\" ); lengths = \"4 h\"; } );\n"
    "min and max are heads of a start and length on a day; breaks may be paid = true, and be left out of shifts of at "
    "most if_over = \"5 h\"; between may be shares of the shift, ( \"33%\", \"67%\" ).\n"
    "\n"
    "Examples:\n"
    "  staffcast staff desk.cfg\n"
    "  staffcast staff desk.cfg --per day --confidence 90%\n"
    "  staffcast staff desk.cfg --shifts=shifts.cfg --write staffed.cfg\n"
    "  staffcast staff desk.cfg --format json | jq '.pools[] | {name, agents}'\n"
    "\n"
    "Exit status: 0 done, 2 wrong command line, 3 wrong scenario or data, 4 system (disk, memory), 5 a target cannot "
    "be reached, or is missed by what was found, 6 a computation did not converge.\n";

enum { KEY_PER = 0x200, KEY_CONFIDENCE, KEY_WRITE, KEY_SHIFTS, KEY_PRECISION, KEY_INTERVALS };

static const struct argp_option options[] = {
    {"per", KEY_PER, "PERIOD", 0, "Where a target must hold: interval (the default), day, week or horizon", 3},
    {"confidence", KEY_CONFIDENCE, "SHARE", 0,
     "The probability with which it must hold there: 90% or 0.9; left out: on average", 3},
    {"shifts", KEY_SHIFTS, "FILE", OPTION_ARG_OPTIONAL, "Cover the heads with shifts: those that FILE allows", 3},
    {"write", KEY_WRITE, "FILE", 0, "Write a scenario with this staffing in it", 3},
    SC_OPTION_REFUSED("precision", KEY_PRECISION, "X"),
    SC_OPTION_REFUSED("intervals", KEY_INTERVALS, NULL),
    {0},
};

struct settings {
    struct sc_common common;
    enum sc_staff_per per;
    double confidence;
    bool shifts;
    const char *shifts_file; /* NULL: the standard shifts */
    const char *write;
    const char *file;
};

static enum sc_staff_per read_per(struct argp_state *state, const char *text)
{
    for (int per = SC_STAFF_INTERVAL; per <= SC_STAFF_HORIZON; per++)
        if (strcmp(text, sc_staff_per_name((enum sc_staff_per)per)) == 0)
            return (enum sc_staff_per)per;
    argp_error(state, "--per takes interval, day, week or horizon (found '%s')", text);
    return SC_STAFF_INTERVAL;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &settings->common;
        return 0;
    case KEY_PER:
        settings->per = read_per(state, argument);
        return 0;
    case KEY_CONFIDENCE:
        if (!sc_share_parse(argument, &settings->confidence) || settings->confidence <= 0 || settings->confidence >= 1)
            argp_error(state, "--confidence takes a share between 0 and 1, such as 90%% (found '%s')", argument);
        return 0;
    case KEY_SHIFTS:
        settings->shifts = true;
        settings->shifts_file = argument;
        return 0;
    case KEY_WRITE:
        if (argument[0] == '\0')
            argp_error(state, "--write takes a file (found nothing)");
        settings->write = argument;
        return 0;
    case KEY_PRECISION:
        argp_error(state, "--precision does not go with staff, which plays as often as its answer takes; leave it out");
        return 0;
    case KEY_INTERVALS:
        argp_error(state, "--intervals is not for staff; its figures go by interval without it");
        return 0;
    case ARGP_KEY_ARG:
        if (settings->file != NULL && settings->shifts && settings->shifts_file == NULL)
            argp_error(state, "one scenario at a time (found '%s' and '%s'); a file of shifts is written --shifts=FILE",
                       settings->file, argument);
        if (settings->file != NULL)
            argp_error(state, "one scenario at a time (found '%s' and '%s')", settings->file, argument);
        settings->file = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no scenario; name a file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* --- the work --- */

struct work {
    struct sc_scenario *scenario;
    struct sc_model *model;
    struct sc_shift_rules *rules;
    struct sc_staff *staff;
    struct sc_audit *audit;
    struct sc_shift_roster *roster;
    struct sc_staffed staffed;
    char *target; /* what --write means; NULL without */
};

static void release(struct work *work)
{
    sc_shift_roster_free(work->roster);
    sc_audit_free(work->audit);
    sc_staff_free(work->staff);
    sc_shift_rules_free(work->rules);
    sc_model_free(work->model);
    sc_scenario_free(work->scenario);
    free(work->target);
}

static int load(struct work *work, const struct settings *settings)
{
    const struct sc_common *common = &settings->common;
    struct sc_faults faults = {.skip_bad_rows = common->skip_bad_rows};
    struct sc_error error = SC_ERROR_INIT;
    enum sc_code code =
        sc_scenario_read(settings->file, common->set, common->set_count, &work->scenario, &faults, &error);
    int status = sc_say_reading(&faults, &error, common->quiet);

    sc_faults_release(&faults);
    if (code != SC_OK)
        return status;
    if (settings->shifts && settings->shifts_file == NULL)
        code = sc_shift_rules_standard(work->scenario->interval_s, &work->rules, &error);
    else if (settings->shifts) {
        faults = (struct sc_faults){0};
        code = sc_shift_rules_read(settings->shifts_file, work->scenario->interval_s, &work->rules, &faults, &error);
        status = sc_say_reading(&faults, &error, common->quiet);
        sc_faults_release(&faults);
        if (code != SC_OK)
            return status;
    }
    if (code == SC_OK)
        code = sc_model_build(work->scenario, &work->model, &error);
    return code == SC_OK ? SC_OK : sc_say_error(&error);
}

/* Whether anybody who is scheduled may be away. */
static bool shrinks(const struct sc_scenario *scenario)
{
    bool any = false;

    for (size_t p = 0; p < scenario->pool_count; p++)
        any = any || scenario->pools[p].absence > 0 || scenario->pools[p].planned > 0;
    return any;
}

/* Covers the scheduled heads with shifts, or plays them as they are. */
static enum sc_code roster(struct work *work, const struct sc_staff_options *staffing, struct sc_error *error)
{
    size_t pools = work->scenario->pool_count, count = work->staff->count;
    int *need = malloc(pools * count * sizeof *need);
    enum sc_code code = SC_OK;

    if (need == NULL)
        return sc_error_memory(error);
    for (size_t p = 0; p < pools; p++)
        memcpy(need + p * count, work->audit->pools[p].scheduled, count * sizeof *need);
    if (work->rules != NULL)
        code = sc_shift_roster_find(work->model, work->rules, need, staffing, &work->roster, error);
    else if (shrinks(work->scenario))
        code = sc_scheduled_play(work->model, need, staffing, &work->roster, error);
    free(need);
    for (size_t p = 0; code == SC_OK && work->rules != NULL && p < pools; p++)
        sc_audit_set_paid(work->audit, work->scenario, p, work->roster->plan->pools[p].paid_h);
    return code;
}

/* --- how far it is --- */

/* Nobody knows beforehand how much a search takes; contacts simulated so far say that it goes on, and how fast. */
struct told {
    struct sc_progress progress;
    double before, last; /* contacts of searches and plays that are over, of the one under way */
};

static void tell(void *context, enum sc_staff_stage stage, double done)
{
    static const char *const doing[] = {[SC_STAFF_SEARCHES] = "searching", [SC_STAFF_CHECKS] = "checking",
                                        [SC_STAFF_REPORTS] = "measuring",  [SC_STAFF_COVERS] = "covering with shifts",
                                        [SC_STAFF_PLAYS] = "playing",      [SC_STAFF_TRIMS] = "trimming"};
    struct told *told = context;
    char text[64];

    if (stage == SC_STAFF_COVERS) {
        snprintf(text, sizeof text, "%s: %.0f %%", doing[stage], 100 * done);
    } else {
        told->before += done < told->last ? told->last : 0;
        told->last = done;
        snprintf(text, sizeof text, "%s: %.1f million contacts", doing[stage], (told->before + done) / 1e6);
    }
    sc_progress_say(&told->progress, text);
}

static enum sc_code find(struct work *work, const struct settings *settings, struct sc_error *error)
{
    struct told told = {.last = 0};
    struct sc_staff_options staffing = {
        .per = settings->per,
        .confidence = settings->confidence,
        .replications = (size_t)settings->common.replications,
        .seed = settings->common.seed,
        .seed_given = settings->common.seed_given,
        .threads = settings->common.threads,
        .progress = tell,
        .progress_context = &told,
    };

    sc_progress_init(&told.progress, work->scenario->name, settings->common.quiet);
    enum sc_code code = sc_staff_find(work->model, &staffing, &work->staff, error);

    if (code == SC_OK)
        code = sc_audit_new(work->scenario, work->staff, &work->audit, error);
    if (code == SC_OK)
        code = roster(work, &staffing, error);
    sc_progress_erase(&told.progress);
    if (code != SC_OK)
        return code;
    work->staffed = (struct sc_staffed){.scenario = work->scenario,
                                        .staff = work->staff,
                                        .audit = work->audit,
                                        .seed = staffing.seed_given ? staffing.seed : work->scenario->seed};
    if (work->roster != NULL && work->rules != NULL) {
        work->staffed.shifts = work->roster->plan;
        work->staffed.judged = work->roster->judged;
        work->staffed.repairs = work->roster->repairs;
        work->staffed.trims = work->roster->trims;
    } else if (work->roster != NULL) {
        work->staffed.scheduled = work->roster->judged;
    }
    return SC_OK;
}

/* --- what comes out --- */

static enum sc_code write_as(FILE *stream, const void *staffed, enum sc_format format,
                             const struct sc_table_style *style, struct sc_error *error)
{
    switch (format) {
    case SC_FORMAT_JSON:
        sc_staff_write_json(stream, staffed, 1, false);
        return SC_OK;
    case SC_FORMAT_CSV:
        sc_staff_write_csv(stream, staffed, 1);
        return SC_OK;
    default:
        return sc_staff_write_table(stream, staffed, style, error);
    }
}

/* A search is checked on other random numbers than it chose by, where so few replications may not carry. */
static int judge_heads(const struct sc_staff *staff)
{
    if (staff->missed == 0)
        return SC_OK;
    if (staff->stopped)
        fprintf(stderr,
                "staffcast: the search was stopped before it was done, and %zu of %zu targets and periods are missed; "
                "ask for a lower target or fewer replications\n",
                staff->missed, staff->verdict_count);
    else
        fprintf(stderr,
                "staffcast: the heads that are enough on %zu replication%s miss %zu of %zu targets and periods on "
                "others; search on more --replications\n",
                staff->replications, staff->replications == 1 ? "" : "s", staff->missed, staff->verdict_count);
    return SC_UNREACHABLE;
}

/* The roster of shifts may be unable to do what heads by the half-hour can. */
static int judge_shifts(const struct sc_staffed *staffed)
{
    if (staffed->judged->missed == 0)
        return SC_OK;
    for (size_t v = 0; v < staffed->judged->verdict_count; v++) {
        const struct sc_staff_verdict *verdict = &staffed->judged->verdicts[v];

        if (!verdict->missed)
            continue;
        fprintf(stderr,
                "staffcast: the shifts that are allowed do not reach the target of '%s': %.1f %% %s (wanted "
                "%.1f %%), and %zu period%s in all; allow other starts, lengths or more heads a shift\n",
                staffed->scenario->channels[verdict->channel].name, 100 * verdict->figure,
                verdict->abandon ? "abandon" : "answered in time", 100 * verdict->wanted, staffed->judged->missed,
                staffed->judged->missed == 1 ? "" : "s");
        break;
    }
    return SC_UNREACHABLE;
}

static int deliver(struct work *work, const struct settings *settings)
{
    const struct sc_common *common = &settings->common;
    const struct sc_delivery delivery = {.command = "staff",
                                         .scenario_file = settings->file,
                                         .found = &work->staffed,
                                         .write = write_as};
    struct sc_error error = SC_ERROR_INIT, unwritten = SC_ERROR_INIT;

    /* What was found is shown even where it cannot be written. */
    if (settings->write != NULL && sc_staff_write_scenario(work->target, &work->staffed, common->set_count > 0,
                                                           common->quiet, &unwritten) == SC_OK)
        work->staffed.written = settings->write;
    if (sc_deliver(&delivery, common, &error) != SC_OK)
        return sc_say_error(&error);
    if (common->format != SC_FORMAT_TABLE && !common->quiet)
        sc_staffed_notes(&work->staffed, sc_say_note_of, NULL);
    if (unwritten.code != SC_OK)
        return sc_say_error(&unwritten);
    return work->staffed.judged != NULL ? judge_shifts(&work->staffed) : judge_heads(work->staff);
}

/* Before the work, not after it: a place that nothing can be written to is better known at once. */
static int check_place(const char *path, char **target)
{
    struct sc_error error = SC_ERROR_INIT;

    if (sc_file_target(path, target, &error) != SC_OK)
        return sc_say_error(&error);
    const char *slash = strrchr(*target, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(*target, (size_t)(slash - *target) + 1);

    if (folder == NULL)
        sc_error_memory(&error);
    else if (access(folder, W_OK) != 0)
        sc_error_set(&error, SC_SYSTEM, "cannot write '%s' (%s); name a file in a folder that is there", path,
                     strerror(errno));
    free(folder);
    return error.code == SC_OK ? SC_OK : sc_say_error(&error);
}

/* The scenario is what everything can be made of again; it is not written over. */
static int refuse_own_input(const struct settings *settings)
{
    struct stat input, output;

    if (stat(settings->file, &input) != 0 || stat(settings->write, &output) != 0 || input.st_dev != output.st_dev ||
        input.st_ino != output.st_ino)
        return SC_OK;
    fprintf(stderr, "staffcast staff: --write '%s' is the scenario itself; name another file\n", settings->write);
    return SC_USAGE;
}

static int run(const struct settings *settings)
{
    struct work work = {0};
    struct sc_error error = SC_ERROR_INIT;
    int status = load(&work, settings);

    if (status == SC_OK && settings->common.directory != NULL &&
        sc_directory_make(settings->common.directory, &error) != SC_OK)
        status = sc_say_error(&error);
    if (status == SC_OK && settings->write != NULL)
        status = refuse_own_input(settings);
    if (status == SC_OK && settings->write != NULL)
        status = check_place(settings->write, &work.target);
    if (status == SC_OK && find(&work, settings, &error) != SC_OK)
        status = sc_say_error(&error);
    if (status == SC_OK)
        status = deliver(&work, settings);
    release(&work);
    return status;
}

int sc_command_staff(int argc, char **argv)
{
    static const struct argp_child children[] = {{.argp = &sc_common_argp}, {0}};
    const struct argp argp = {options, parse, "SCENARIO", documentation, children, NULL, NULL};
    struct settings settings = {.per = SC_STAFF_INTERVAL};

    sc_options_parse(&argp, argc, argv, &settings);
    int status = run(&settings);

    sc_common_release(&settings.common);
    return status;
}
