/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * derive-bank-2003 DATA_FOLDER OUTPUT_FOLDER
 *
 * Reads bank2003-counts-5min.csv, fits spread, memory and drift to it, and writes scenarios/bank-2003.cfg
 * and, after playing that scenario, results/bank-2003.md below the output folder: observed and simulated side
 * by side.
 */
#include "bank.h"
#include "base/file.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>

enum { SCENARIO, RESULTS, OUTPUTS };

enum sc_code bank_2003_read(struct bank_2003 *bank, const char *path, struct sc_error *error)
{
    static const char *const columns[] = {"contacts=calls"};
    const struct sc_history_options options = {columns, 1, false};
    const struct sc_bootstrap bootstrap = {BANK_2003_RESAMPLES, BANK_2003_BLOCK_DAYS, 2003};
    if (sc_history_read(path, &options, &bank->history, error) == SC_OK &&
        sc_history_grid_init(&bank->grid, bank->history, 0, NULL, error) == SC_OK &&
        sc_history_profile_init(&bank->profile, &bank->grid, error) == SC_OK)
        sc_demand_fit_estimate(&bank->grid, bootstrap, &bank->fit, error);
    return error->code;
}

void bank_2003_release(struct bank_2003 *bank)
{
    sc_history_profile_release(&bank->profile);
    sc_history_grid_release(&bank->grid);
    sc_history_free(bank->history);
}

/* The scenario is played from its temporary file, so that both outputs appear or none. */
static enum sc_code all_derive(const char *data, struct sc_file *file, struct sc_error *error)
{
    struct bank_2003 bank = {0};
    struct bank_2003_simulated simulated;
    if (bank_2003_read(&bank, data, error) != SC_OK)
        goto done;
    bank_2003_scenario_write(file[SCENARIO].stream, &bank);
    if (sc_file_complete(&file[SCENARIO], error) != SC_OK ||
        bank_2003_play(file[SCENARIO].temporary, &bank, &simulated, error) != SC_OK)
        goto done;
    bank_2003_results_write(file[RESULTS].stream, &bank, &simulated);
    sc_file_complete(&file[RESULTS], error);
done:
    bank_2003_release(&bank);
    return error->code;
}

int main(int count, char **argument)
{
    static const char *const names[OUTPUTS] = {"scenarios/bank-2003.cfg", "results/bank-2003.md"};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_file file[OUTPUTS] = {SC_FILE_INIT, SC_FILE_INIT};
    char path[4096];
    if (count != 3) {
        fprintf(stderr, "usage: derive-bank-2003 DATA_FOLDER OUTPUT_FOLDER\n");
        return SC_USAGE;
    }
    gsl_set_error_handler_off();
    for (int i = 0; i < OUTPUTS && error.code == SC_OK; i++) {
        snprintf(path, sizeof path, "%s/%s", argument[2], names[i]);
        sc_file_open(&file[i], path, &error);
    }
    snprintf(path, sizeof path, "%s/bank2003-counts-5min.csv", argument[1]);
    if (error.code == SC_OK)
        all_derive(path, file, &error);
    for (int i = 0; i < OUTPUTS && error.code == SC_OK; i++)
        sc_file_publish(&file[i], &error);
    for (int i = 0; i < OUTPUTS; i++)
        sc_file_release(&file[i]);
    if (error.code != SC_OK && error.line > 0)
        fprintf(stderr, "%s:%d: %s\n", error.file, error.line, error.message);
    else if (error.code != SC_OK)
        fprintf(stderr, "%s%s%s\n", error.file, *error.file ? ": " : "", error.message);
    return error.code;
}
