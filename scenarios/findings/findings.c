/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * findings SCENARIOS OUTPUT.md README.md [NAME...]
 *
 * Plays the what-ifs of SCENARIOS/findings.conf, writes their figures with paired intervals to OUTPUT.md, and the table
 * of findings between the markers of README.md (which stays as it is where names are given: only these are played).
 * The first figure of a finding carries it: where the difference is not larger than its interval for the alternative
 * named by `decides`, the finding is none, and the program fails.
 *
 * Sentences may hold figures: [ALTERNATIVE|PATH] is the figure, [ALTERNATIVE - OTHER|PATH] the size of a difference,
 * both times a number if one follows: [ALTERNATIVE|PATH|13.04]. The scenario as it stands is `base`.
 */
#include "findings.h"

#include "base/file.h"
#include "staffcast/scenario.h"

#include <gsl/gsl_errno.h>
#include <libconfig.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALTERNATIVES = 12, OVERRIDES = 12, PATH = 1024 };

static const char begin_mark[] = "<!-- findings -->\n", end_mark[] = "<!-- /findings -->";

struct finding {
    const config_setting_t *setting;
    const char *scenario, *question, *sentence, *decides;
    char title[PATH];
    size_t count; /* alternatives, base included as the first */
    struct played played[ALTERNATIVES];
    const char *name[ALTERNATIVES], *against[ALTERNATIVES];
};

static int alternative_find(const struct finding *finding, const char *name, size_t length)
{
    for (size_t i = 0; i < finding->count; i++)
        if (strlen(finding->name[i]) == length && strncmp(finding->name[i], name, length) == 0)
            return (int)i;
    return -1;
}

static const char *text_of(const config_setting_t *setting, const char *key, const char *otherwise)
{
    const char *text = otherwise;
    config_setting_lookup_string(setting, key, &text);
    return text;
}

/* --- playing --- */

static enum sc_code play_alternative(struct finding *finding, const char *file, const config_setting_t *setting,
                                     struct sc_error *error)
{
    const char *set[OVERRIDES];
    const config_setting_t *list = setting ? config_setting_get_member(setting, "set") : NULL;
    int overrides = list ? config_setting_length(list) : 0;
    size_t here = finding->count;
    if (here == ALTERNATIVES || overrides > OVERRIDES)
        return sc_error_set(error, SC_INPUT, "%s: more alternatives or overrides than there is room for",
                            finding->scenario);
    for (int i = 0; i < overrides; i++)
        set[i] = config_setting_get_string_elem(list, i);
    finding->name[here] = setting ? text_of(setting, "name", "") : "base";
    finding->against[here] = setting ? text_of(setting, "against", "base") : "";
    finding->count++;
    return played_make(&finding->played[here], file, set, (size_t)overrides, error);
}

static enum sc_code play_finding(struct finding *finding, const char *folder, struct sc_error *error)
{
    const config_setting_t *alternatives = config_setting_get_member(finding->setting, "alternatives");
    char file[PATH];
    snprintf(file, sizeof file, "%s/%s.cfg", folder, finding->scenario);
    enum sc_code code = play_alternative(finding, file, NULL, error);
    for (int i = 0; code == SC_OK && alternatives && i < config_setting_length(alternatives); i++)
        code = play_alternative(finding, file, config_setting_get_elem(alternatives, (unsigned)i), error);
    return code;
}

/* --- the sentence --- */

static enum sc_code print_place_holder(FILE *out, const struct finding *finding, char *text, struct sc_error *error)
{
    char *path = strchr(text, '|'), *factor_text = path ? strchr(path + 1, '|') : NULL, *minus;
    double factor = factor_text ? strtod(factor_text + 1, NULL) : 1;
    struct sc_figure figure;
    enum sc_unit unit;
    if (!path)
        return sc_error_set(error, SC_INPUT, "%s: no figure (found '[%s]'); write [ALTERNATIVE|PATH]",
                            finding->scenario, text);
    *path++ = '\0';
    if (factor_text)
        *factor_text = '\0';
    minus = strstr(text, " - ");
    int here = alternative_find(finding, text, minus ? (size_t)(minus - text) : strlen(text));
    int other = minus ? alternative_find(finding, minus + 3, strlen(minus + 3)) : 0;
    if (here < 0 || other < 0)
        return sc_error_set(error, SC_INPUT, "%s: no such alternative (found '%s')", finding->scenario, text);
    enum sc_code code = minus ? figure_difference(&finding->played[other], &finding->played[here], path, &figure,
                                                  &unit, error)
                              : figure_of(&finding->played[here], path, &figure, &unit, error);
    if (code != SC_OK)
        return code;
    figure.mean *= factor;
    if (minus)
        difference_print(out, figure, unit, true);
    else
        figure_print(out, figure, unit, true);
    return SC_OK;
}

static enum sc_code print_sentence(FILE *out, const struct finding *finding, struct sc_error *error)
{
    for (const char *at = finding->sentence; *at; at++) {
        char text[PATH];
        size_t length = strcspn(at, "]");
        if (*at != '[') {
            fputc(*at, out);
            continue;
        }
        snprintf(text, sizeof text, "%.*s", (int)length - 1, at + 1);
        if (print_place_holder(out, finding, text, error) != SC_OK)
            return error->code;
        at += length;
    }
    return SC_OK;
}

/* --- the table of figures --- */

/* One figure of one alternative beside the one it is held against. */
static enum sc_code print_row(FILE *out, const struct finding *finding, size_t alternative, const char *path,
                              bool decides, struct sc_error *error)
{
    const char *against = finding->against[alternative];
    int other = alternative_find(finding, against, strlen(against));
    struct sc_figure base, here, difference;
    enum sc_unit unit;
    if (other < 0)
        return sc_error_set(error, SC_INPUT, "%s: no such alternative (found '%s')", finding->scenario, against);
    const struct played *one = &finding->played[other], *two = &finding->played[alternative];
    if (figure_of(one, path, &base, &unit, error) != SC_OK || figure_of(two, path, &here, &unit, error) != SC_OK ||
        figure_difference(one, two, path, &difference, &unit, error) != SC_OK)
        return error->code;
    fprintf(out, "| %s%s%s | `%s` | ", finding->name[alternative], other ? ", against " : "", other ? against : "",
            path);
    figure_print(out, base, unit, false);
    fputs(" | ", out);
    figure_print(out, here, unit, false);
    fputs(" | ", out);
    difference_print(out, difference, unit, false);
    fputs(" |\n", out);
    if (decides && !(difference.low > 0 || difference.high < 0))
        return sc_error_set(error, SC_UNREACHABLE,
                            "%s: the difference of %s for '%s' is within its interval (%g in %g to %g)",
                            finding->scenario, path, finding->name[alternative], difference.mean, difference.low,
                            difference.high);
    return SC_OK;
}

static enum sc_code print_figures(FILE *out, const struct finding *finding, struct sc_error *error)
{
    const config_setting_t *figures = config_setting_get_member(finding->setting, "figures");
    fprintf(out, "\n## %s\n\n%s %zu replications of `scenarios/%s.cfg`.\n\n**Finding.** ", finding->title,
            finding->question, finding->played[0].replications, finding->scenario);
    if (print_sentence(out, finding, error) != SC_OK)
        return error->code;
    fputs("\n\n| what if | figure | without | with | difference |\n| --- | --- | ---: | ---: | ---: |\n", out);
    for (size_t a = 1; a < finding->count; a++)
        for (int f = 0; figures && f < config_setting_length(figures); f++)
            if (print_row(out, finding, a, config_setting_get_string_elem(figures, f),
                          f == 0 && strcmp(finding->name[a], finding->decides) == 0, error) != SC_OK)
                return error->code;
    const config_setting_t *alternatives = config_setting_get_member(finding->setting, "alternatives");
    fputc('\n', out);
    for (int i = 0; i < config_setting_length(alternatives); i++) {
        const config_setting_t *alternative = config_setting_get_elem(alternatives, (unsigned)i);
        const config_setting_t *set = config_setting_get_member(alternative, "set");
        fprintf(out, "* %s:", text_of(alternative, "name", ""));
        for (int k = 0; set && k < config_setting_length(set); k++)
            fprintf(out, "%s `%s`", k ? "," : "", config_setting_get_string_elem(set, k));
        fputc('\n', out);
    }
    return SC_OK;
}

/* --- the files --- */

static char *file_text(const char *path, struct sc_error *error)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size = -1;
    if (file && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0 &&
        (text = malloc((size_t)size + 1)))
        text[fread(text, 1, (size_t)size, file)] = '\0';
    if (!text)
        sc_error_set_at(error, SC_SYSTEM, path, 0, "cannot read the file");
    if (file)
        fclose(file);
    return text;
}

static enum sc_code write_text(const char *path, const char *before, size_t length, const char *text, const char *after,
                               struct sc_error *error)
{
    struct sc_file file = SC_FILE_INIT;
    if (sc_file_open(&file, path, error) == SC_OK) {
        fprintf(file.stream, "%.*s%s%s", (int)length, before, text, after);
        if (sc_file_complete(&file, error) == SC_OK)
            sc_file_publish(&file, error);
    }
    sc_file_release(&file);
    return error->code;
}

/* Puts the table between the markers. */
static enum sc_code write_readme(const char *path, const char *table, struct sc_error *error)
{
    char *readme = file_text(path, error);
    char *begin = readme ? strstr(readme, begin_mark) : NULL, *end = begin ? strstr(begin, end_mark) : NULL;
    if (readme && !end)
        sc_error_set_at(error, SC_INPUT, path, 0, "no place for the findings; put %s and %s where they belong",
                        "<!-- findings -->", end_mark);
    if (error->code == SC_OK)
        write_text(path, readme, (size_t)(begin - readme) + sizeof begin_mark - 1, table, end, error);
    free(readme);
    return error->code;
}

static bool wanted(const char *name, char **names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return count == 0;
}

static enum sc_code make_finding(const config_setting_t *setting, const char *folder, FILE *details, FILE *table,
                                 struct sc_error *error)
{
    struct finding finding = {.setting = setting,
                              .scenario = text_of(setting, "scenario", ""),
                              .question = text_of(setting, "question", ""),
                              .sentence = text_of(setting, "finding", ""),
                              .decides = text_of(setting, "decides", "")};
    if (play_finding(&finding, folder, error) == SC_OK) {
        snprintf(finding.title, sizeof finding.title, "%s", finding.played[0].scenario->name);
        fprintf(table, "| [%s](scenarios/%s.cfg) | %s | ", finding.scenario, finding.scenario, finding.question);
        if (print_sentence(table, &finding, error) == SC_OK)
            print_figures(details, &finding, error);
        fputs(" |\n", table);
    }
    for (size_t i = 0; i < finding.count; i++)
        played_release(&finding.played[i]);
    return error->code;
}

static enum sc_code make_all(const config_t *config, char **arguments, int names, struct sc_error *error)
{
    char *details_text = NULL, *table_text = NULL;
    size_t details_size, table_size;
    FILE *details = open_memstream(&details_text, &details_size), *table = open_memstream(&table_text, &table_size);
    const config_setting_t *list = config_lookup(config, "findings");
    if (!details || !table) {
        sc_error_memory(error);
        goto done;
    }
    fputs("# Findings\n\nWhat-ifs of the shipped scenarios, written by `scenarios/findings.sh`. Without and with are "
          "played on the same random\nnumbers; a difference carries its paired 95 % interval.\n", details);
    fputs("| scenario | question | finding |\n| --- | --- | --- |\n", table);
    for (int i = 0; error->code == SC_OK && list && i < config_setting_length(list); i++) {
        const config_setting_t *setting = config_setting_get_elem(list, (unsigned)i);
        if (wanted(text_of(setting, "scenario", ""), arguments + 3, names))
            make_finding(setting, arguments[0], details, table, error);
    }
    fflush(details);
    fflush(table);
    /* With names it is a trial, and shows what it has even where there is a fault. */
    if (names > 0) {
        fputs(details_text, stdout);
        goto done;
    }
    if (error->code == SC_OK && write_text(arguments[1], "", 0, details_text, "", error) == SC_OK)
        write_readme(arguments[2], table_text, error);
done:
    if (details)
        fclose(details);
    if (table)
        fclose(table);
    free(details_text);
    free(table_text);
    return error->code;
}

int main(int argc, char **argv)
{
    struct sc_error error = SC_ERROR_INIT;
    config_t config;
    char file[PATH];
    if (argc < 4) {
        fputs("usage: findings SCENARIOS OUTPUT.md README.md [NAME...]\n", stderr);
        return SC_USAGE;
    }
    setlocale(LC_CTYPE, "C.UTF-8");
    gsl_set_error_handler_off();
    config_init(&config);
    snprintf(file, sizeof file, "%s/findings.conf", argv[1]);
    if (config_read_file(&config, file) != CONFIG_TRUE)
        sc_error_set_at(&error, SC_INPUT, file, config_error_line(&config), "%s", config_error_text(&config));
    else
        make_all(&config, argv + 1, argc - 4, &error);
    config_destroy(&config);
    if (error.code != SC_OK)
        fprintf(stderr, "%s%sfindings: %s\n", error.file, error.file[0] ? ": " : "", error.message);
    return (int)error.code;
}
