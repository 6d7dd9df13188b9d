/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * derive-bank-1999 DATA_FOLDER OUTPUT_FOLDER
 *
 * Reads bank1999-calls-01.csv and writes scenarios/bank-1999.cfg and results/bank-1999-observed.csv below the output
 * folder: the scenario that plays that month, and what was observed in it. Nothing in either is typed in by hand.
 */
#include "base/file.h"
#include "figures.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>

enum { OUTPUTS = 2 };

static enum sc_code all_derive(const char *path, struct sc_file *file, struct sc_error *error)
{
    struct bank_log log = {0};
    struct bank_demand *demand = malloc(sizeof *demand);
    struct bank_customers *customers = malloc(sizeof *customers);
    struct bank_agents *agents = malloc(sizeof *agents);
    if (!demand || !customers || !agents)
        sc_error_memory(error);
    else if (bank_log_read(path, &log, error) == SC_OK && bank_agents_derive(&log, agents, error) == SC_OK &&
             bank_customers_derive(&log, customers, error) == SC_OK &&
             bank_demand_derive(&log, agents, demand, error) == SC_OK) {
        bank_scenario_write(file[0].stream, &log, demand, customers, agents);
        bank_observed_write(file[1].stream, &log);
    }
    bank_log_release(&log);
    free(demand);
    free(customers);
    free(agents);
    return error->code;
}

int main(int count, char **argument)
{
    static const char *const names[OUTPUTS] = {"scenarios/bank-1999.cfg", "results/bank-1999-observed.csv"};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_file file[OUTPUTS] = {SC_FILE_INIT, SC_FILE_INIT};
    char path[4096];
    if (count != 3) {
        fprintf(stderr, "usage: derive-bank-1999 DATA_FOLDER OUTPUT_FOLDER\n");
        return SC_USAGE;
    }
    gsl_set_error_handler_off();
    for (int i = 0; i < OUTPUTS && error.code == SC_OK; i++) {
        snprintf(path, sizeof path, "%s/%s", argument[2], names[i]);
        sc_file_open(&file[i], path, &error);
    }
    snprintf(path, sizeof path, "%s/bank1999-calls-01.csv", argument[1]);
    if (error.code == SC_OK)
        all_derive(path, file, &error);
    for (int i = 0; i < OUTPUTS && error.code == SC_OK; i++)
        sc_file_complete(&file[i], &error);
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
