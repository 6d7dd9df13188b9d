/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/staff_write.h"

#include "base/file.h"
#include "cli/say.h"
#include "decide/shifts_private.h"
#include "scenario/read.h"
#include "staffcast/calendar.h"
#include "staffcast/document.h"
#include "staffcast/model.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double day_s = 86400;

/* One writing: what goes into the scenario, and the rosters beside it. */
struct writing {
    const struct sc_staffed *staffed;
    const char *path;
    struct sc_new_roster *rosters; /* [pools] */
    struct sc_file *files;         /* [pools], dated rosters */
    struct sc_file scenario;
    bool anew; /* the settings without the comments */
};

/* --- what goes in --- */

/* Heads on the roster of a pool at a cell, and how long a cell lasts. */
static double cell_of(const struct sc_staffed *staffed)
{
    return staffed->shifts != NULL ? staffed->shifts->rules->cell_s : staffed->staff->interval_s;
}

static int heads_at(const struct sc_staffed *staffed, size_t p, size_t cell)
{
    return staffed->shifts != NULL ? staffed->shifts->pools[p].cells[cell] : staffed->audit->pools[p].scheduled[cell];
}

/* The dated roster: a row where heads change. Days before the first have the heads of the first day of their kind. */
static void put_steps(FILE *out, const struct sc_staffed *staffed, size_t p, int warmup_days)
{
    const struct sc_scenario *scenario = staffed->scenario;
    size_t a_day = (size_t)lround(day_s / cell_of(staffed));
    int last = -1;
    fputs("start,agents\n", out);
    for (int day = -warmup_days; day <= scenario->days; day++) {
        size_t like = day < 0 ? 0 : (size_t)day;
        int kind = sc_weekday(scenario->start_day + day);
        while (day < 0 && like < (size_t)scenario->days && sc_plan_day_kind(scenario, like) != kind)
            like++;
        for (size_t i = 0; i < a_day && !(day == scenario->days && i > 0); i++) {
            char start[32];
            int heads = like < (size_t)scenario->days ? heads_at(staffed, p, like * a_day + i) : 0;
            if (heads == last)
                continue;
            sc_instant_format(scenario->start_day + day, (double)i * cell_of(staffed), start);
            fprintf(out, "%s,%d\n", start, heads);
            last = heads;
        }
    }
}

/* DIR/NAME-POOL.csv; *own is the part without DIR. */
static char *roster_path(const char *path, const char *pool, const char **own)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash != NULL ? (size_t)(slash - path) + 1 : 0, length = strlen(path);
    char *made = NULL;
    if (length > folder + 4 && strcmp(path + length - 4, ".cfg") == 0)
        length -= 4;
    if (asprintf(&made, "%.*s-%s.csv", (int)length, path, pool) < 0)
        return NULL;
    for (char *at = made + length; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at) && *at != '.' && (unsigned char)*at < 128)
            *at = '-';
    *own = made + folder;
    return made;
}

static enum sc_code write_dated(struct writing *writing, size_t p, struct sc_error *error)
{
    const struct sc_staffed *staffed = writing->staffed;
    const char *own = NULL;
    char *path = roster_path(writing->path, staffed->scenario->pools[p].name, &own), *target = NULL;
    if (path == NULL)
        return sc_error_memory(error);
    enum sc_code code = sc_file_target(path, &target, error);
    if (code == SC_OK)
        code = sc_file_open(&writing->files[p], target, error);
    if (code == SC_OK) {
        put_steps(writing->files[p].stream, staffed, p, sc_model_warmup_days(staffed->staff->result->model));
        code = sc_file_complete(&writing->files[p], error);
    }
    writing->rosters[p].setting = "staffing";
    if (code == SC_OK && asprintf(&writing->rosters[p].text, "{ file = \"%s\"; }", own) < 0) {
        writing->rosters[p].text = NULL;
        code = sc_error_memory(error);
    }
    free(target);
    free(path);
    return code;
}

static enum sc_code choose_roster(struct writing *writing, size_t p, struct sc_error *error)
{
    const struct sc_staffed *staffed = writing->staffed;
    const struct sc_scenario *scenario = staffed->scenario;
    struct sc_new_roster *roster = &writing->rosters[p];
    const struct sc_shift_plan_pool *shifts = staffed->shifts != NULL ? &staffed->shifts->pools[p] : NULL;
    enum { INDENT = 4 };
    if (shifts != NULL ? !shifts->by_kind : !sc_staffing_by_kind(scenario, staffed->audit->pools[p].scheduled))
        return write_dated(writing, p, error);
    if (shifts == NULL) {
        roster->setting = "staffing";
        roster->text = sc_staffing_text(scenario, staffed->audit->pools[p].scheduled, INDENT);
    } else if (shifts->shift_count > 0) {
        roster->setting = "shifts";
        roster->text = sc_shift_plan_text(scenario, shifts, INDENT);
    } else {
        roster->setting = "agents";
        roster->text = strdup("0");
    }
    return roster->text != NULL ? SC_OK : sc_error_memory(error);
}

/* --- the text --- */

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
    char *real = folder != NULL ? realpath(folder, NULL) : NULL;
    free(folder);
    return real;
}

/* How to come from the folder of `path` to that of the scenario: "" where they are one, else "../cases/". */
static char *way_to(const char *path, const char *scenario)
{
    char *from = folder_of(path), *to = folder_of(scenario), *way = NULL;
    size_t length, same = 0, ups = 0;
    FILE *out = from != NULL && to != NULL ? open_memstream(&way, &length) : NULL;
    if (out != NULL) {
        for (size_t i = 0;; i++) {
            bool edge_from = from[i] == '/' || from[i] == '\0', edge_to = to[i] == '/' || to[i] == '\0';
            if (edge_from && edge_to)
                same = i;
            if (from[i] != to[i] || from[i] == '\0')
                break;
        }
        for (const char *at = from + same; *at != '\0'; at++)
            ups += *at == '/' && at[1] != '\0';
        for (; ups > 0; ups--)
            fputs("../", out);
        const char *rest = to + same + (to[same] == '/');
        fprintf(out, "%s%s", rest, *rest != '\0' ? "/" : "");
        if (fclose(out) != 0) {
            free(way);
            way = NULL;
        }
    }
    free(from);
    free(to);
    return way;
}

/* Rosters are looked up beside the new file, all else beside the old one. NULL without an error: no pools in the text.
 */
static char *put_in(const struct writing *writing, const char *source, const char *way, struct sc_error *error)
{
    char *moved = *way != '\0' ? sc_splice_folder(source, way) : strdup(source), *made = NULL;
    if (moved == NULL)
        sc_error_memory(error);
    else
        made = sc_splice_rosters(moved, writing->rosters, writing->staffed->scenario->pool_count, error);
    free(moved);
    return made;
}

/* The text of the file where it can be kept, else all settings anew as --set and included files make them. */
static enum sc_code make_text(struct writing *writing, bool overridden, char **text, struct sc_error *error)
{
    const struct sc_scenario *scenario = writing->staffed->scenario;
    char *way = way_to(writing->path, scenario->file), *source = NULL, *made = NULL;
    size_t length;
    if (way == NULL)
        return sc_error_set(error, SC_SYSTEM, "cannot write '%s' (no such folder); make it first", writing->path);
    if (!overridden && (source = sc_file_load(scenario->file, &length)) != NULL)
        made = put_in(writing, source, way, error);
    if (made == NULL && error->code == SC_OK) {
        free(source);
        source = sc_settings_text(sc_document_root(sc_scenario_document(scenario)));
        made = source != NULL ? put_in(writing, source, way, error) : NULL;
        writing->anew = true;
    }
    free(way);
    free(source);
    if (made == NULL)
        return error->code != SC_OK ? error->code : sc_error_memory(error);
    *text = made;
    return SC_OK;
}

/* --- reading back --- */

static bool same_heads(const struct sc_staffed *staffed, size_t p, const double *heads)
{
    size_t each = (size_t)lround(staffed->staff->interval_s / cell_of(staffed));
    for (size_t i = 0; i < staffed->staff->count; i++) {
        double mean = 0;
        for (size_t k = 0; k < each; k++)
            mean += heads_at(staffed, p, i * each + k) / (double)each;
        if (fabs(mean - heads[i]) > 1e-6)
            return false;
    }
    return true;
}

static enum sc_code read_back(const struct writing *writing, struct sc_error *error)
{
    const struct sc_staffed *staffed = writing->staffed;
    struct sc_scenario *scenario = NULL;
    struct sc_model *model = NULL;
    struct sc_faults faults = {.skip_bad_rows = staffed->scenario->skip_bad_rows};
    struct sc_error wrong = SC_ERROR_INIT;
    double *heads = malloc(staffed->staff->count * sizeof *heads);
    enum sc_code code = heads == NULL
                            ? sc_error_memory(error)
                            : sc_scenario_read(writing->scenario.temporary, NULL, 0, &scenario, &faults, &wrong);
    if (code == SC_OK)
        code = sc_model_build(scenario, &model, &wrong);
    for (size_t p = 0; code == SC_OK && p < staffed->scenario->pool_count; p++) {
        code = sc_model_mean_heads(model, p, heads, &wrong);
        if (code == SC_OK && !same_heads(staffed, p, heads))
            code = sc_error_set(&wrong, SC_INPUT,
                                "pool '%s' would have other heads than were found; events that change "
                                "rosters do not go with them",
                                staffed->scenario->pools[p].name);
    }
    if (code != SC_OK && error->code == SC_OK)
        sc_error_set(error, code, "the staffing cannot be written to '%s': %.500s", writing->path, wrong.message);
    sc_faults_release(&faults);
    sc_model_free(model);
    sc_scenario_free(scenario);
    free(heads);
    return code;
}

/* --- the whole --- */

static enum sc_code write_all(struct writing *writing, bool overridden, struct sc_error *error)
{
    size_t pools = writing->staffed->scenario->pool_count;
    char *text = NULL;
    enum sc_code code = SC_OK;
    for (size_t p = 0; code == SC_OK && p < pools; p++)
        code = choose_roster(writing, p, error);
    if (code == SC_OK)
        code = make_text(writing, overridden, &text, error);
    if (code == SC_OK)
        code = sc_file_open(&writing->scenario, writing->path, error);
    if (code == SC_OK) {
        fputs(text, writing->scenario.stream);
        code = sc_file_complete(&writing->scenario, error);
    }
    for (size_t p = 0; code == SC_OK && p < pools; p++)
        if (writing->files[p].temporary != NULL)
            code = sc_file_publish(&writing->files[p], error);
    if (code == SC_OK)
        code = read_back(writing, error);
    if (code == SC_OK)
        code = sc_file_publish(&writing->scenario, error);
    free(text);
    return code;
}

enum sc_code sc_staff_write_scenario(const char *path, const struct sc_staffed *staffed, bool overridden, bool quiet,
                                     struct sc_error *error)
{
    size_t pools = staffed->scenario->pool_count;
    struct writing writing = {.staffed = staffed, .path = path, .scenario = SC_FILE_INIT};
    writing.rosters = calloc(pools, sizeof *writing.rosters);
    writing.files = calloc(pools, sizeof *writing.files);
    enum sc_code code = writing.rosters != NULL && writing.files != NULL ? write_all(&writing, overridden, error)
                                                                         : sc_error_memory(error);
    if (code == SC_OK && writing.anew && !quiet)
        sc_say_note("'%s' has the settings of '%s', but not its comments", path, staffed->scenario->file);
    for (size_t p = 0; p < pools; p++) {
        if (writing.rosters != NULL)
            free(writing.rosters[p].text);
        if (writing.files != NULL)
            sc_file_release(&writing.files[p]);
    }
    sc_file_release(&writing.scenario);
    free(writing.rosters);
    free(writing.files);
    return code;
}
