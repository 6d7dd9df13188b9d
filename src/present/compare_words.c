/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a comparison says in words: first what it does to the targets, then how sure they are to be met, then money. A
 * difference that may be chance is called none, with its bounds.
 */
#include "present/compare_words.h"

#include "present/compare_human.h"
#include "present/prose.h"
#include "present/table.h"

#include <math.h>
#include <string.h>

enum { LINE_TEXT = 4096, PART_TEXT = 512, LEAD_WIDTH = 24 };

/* A text that grows by pieces and never overflows. */
struct line {
    char text[LINE_TEXT];
    size_t length;
};

static void append(struct line *line, const char *text)
{
    size_t room = sizeof line->text - 1 - line->length, length = strlen(text);

    if (length > room)
        length = room;
    memcpy(line->text + line->length, text, length);
    line->length += length;
    line->text[line->length] = '\0';
}

const struct sc_target *sc_compared_target(const struct sc_compared_channel *channel)
{
    if (channel->here != NULL && channel->here->service.target.given)
        return &channel->here->service.target;
    if (channel->base != NULL && channel->base->service.target.given)
        return &channel->base->service.target;
    return NULL;
}

const char *sc_sure_format(double share, char text[16])
{
    if (share < 1 && share > 0.99)
        return strcpy(text, "over 99 %");
    if (share > 0 && share < 0.01)
        return strcpy(text, "under 1 %");
    snprintf(text, 16, "%.0f %%", 100 * share);
    return text;
}

/* "service level +6.1 ± 0.4 points", or that it is no different. */
static void append_difference(struct line *line, const char *what, enum sc_unit unit, struct sc_figure difference)
{
    char number[SC_HUMAN_TEXT], part[PART_TEXT];

    sc_human_difference(unit, difference, number);
    if (difference.mean == 0 && !(difference.high > difference.low))
        snprintf(part, sizeof part, "%s exactly the same", what);
    else if (sc_difference_moved(difference))
        snprintf(part, sizeof part, "%s %s", what, number);
    else
        snprintf(part, sizeof part, "%s not clearly different (%s)", what, number);
    append(line, part);
}

/* "80 % in 20 s and at most 5 % abandoned" */
static void describe_target(const struct sc_target *target, char text[PART_TEXT])
{
    char share[SC_HUMAN_TEXT], within[SC_HUMAN_TEXT], abandon[SC_HUMAN_TEXT];

    sc_human_share(target->answer, share);
    sc_human_share(target->abandon, abandon);
    sc_human_duration(target->within_s, within);
    if (target->answer_given && target->abandon_given)
        snprintf(text, PART_TEXT, "%s in %s with at most %s abandoned", share, within, abandon);
    else if (target->answer_given)
        snprintf(text, PART_TEXT, "%s in %s", share, within);
    else
        snprintf(text, PART_TEXT, "at most %s abandoned", abandon);
}

static void append_sure(struct line *line, struct sc_change met, const struct sc_target *target, size_t replications)
{
    char aim[PART_TEXT], part[2 * PART_TEXT], sure[16], before[16];

    if (isnan(met.here.mean))
        return;
    describe_target(target, aim);
    if (replications == 1)
        snprintf(part, sizeof part, ", %s %s in the one replication", met.here.mean >= 1 ? "meets" : "misses", aim);
    else if (met.here.mean >= 1)
        snprintf(part, sizeof part, ", meets %s in all %zu replications", aim, replications);
    else if (met.here.mean <= 0)
        snprintf(part, sizeof part, ", meets %s in none of %zu replications", aim, replications);
    else
        snprintf(part, sizeof part, ", %s sure to meet %s", sc_sure_format(met.here.mean, sure), aim);
    append(line, part);
    if (isnan(met.base.mean) || met.base.mean == met.here.mean)
        return;
    snprintf(part, sizeof part, " (base: %s)", sc_sure_format(met.base.mean, before));
    append(line, part);
}

/* named: more than one channel, so it is said which. */
static void append_channel(struct line *line, const struct sc_compared_channel *channel, bool named,
                           size_t replications)
{
    const struct sc_target *target = sc_compared_target(channel);
    struct sc_change level = sc_change_named(&channel->row, "service_level");
    struct sc_change abandon = sc_change_named(&channel->row, "abandon_rate");

    if (named) {
        append(line, channel->row.name);
        append(line, " ");
    }
    if (channel->here == NULL || channel->base == NULL) {
        append(line, channel->here == NULL ? "only in the base" : "only here");
        return;
    }
    if (target->answer_given && !isnan(level.difference.mean))
        append_difference(line, "service level", SC_UNIT_SHARE, level.difference);
    else if (!isnan(abandon.difference.mean))
        append_difference(line, "abandonment", SC_UNIT_SHARE, abandon.difference);
    else
        append(line, "with nothing to judge on one of the sides");
    append_sure(line, sc_change_named(&channel->row, "target_met"), target, replications);
}

static size_t append_channels(struct line *line, const struct sc_compared *alternative, size_t replications)
{
    size_t said = 0;

    for (size_t i = 0; i < alternative->channel_count; i++) {
        if (sc_compared_target(&alternative->channels[i]) == NULL)
            continue;
        append(line, said++ > 0 ? "; " : "");
        append_channel(line, &alternative->channels[i], alternative->channel_count > 1, replications);
    }
    return said;
}

static void append_cost(struct line *line, const struct sc_compared *alternative, bool further)
{
    struct sc_change cost = sc_change_named(&alternative->total, "cost_per_contact");
    const char *currency = sc_model_scenario(alternative->result->model)->currency;
    char number[SC_HUMAN_TEXT], part[PART_TEXT];

    if (isnan(cost.difference.mean) || (cost.base.mean == 0 && cost.here.mean == 0))
        return;
    append(line, further ? ", " : "");
    if (!sc_difference_moved(cost.difference)) {
        append_difference(line, "cost per contact", SC_UNIT_MONEY, cost.difference);
        return;
    }
    /* The sign is in the word, and a rate of money shows no more digits than money has. */
    double size = fabs(cost.difference.mean);
    if (size >= 0.005)
        sc_human_money(size, number);
    else
        snprintf(number, sizeof number, "%.2g", size);
    snprintf(part, sizeof part, "%s %.16s %s per contact", number, currency,
             cost.difference.mean > 0 ? "more" : "less");
    append(line, part);
}

void sc_compare_write_sentence(FILE *stream, const struct sc_comparison *comparison,
                               const struct sc_compared *alternative, const struct sc_table_style *style)
{
    struct sc_change wait = sc_change_named(&alternative->total, "wait_mean_s");
    struct line line = {.length = 0}, lead = {.length = 0};
    const char *bold = style->colour ? SC_BOLD : "";
    size_t said;

    append(&lead, alternative->name);
    append(&lead, ": ");
    /* A short name stands before its sentence, a long one in it. */
    bool before = sc_human_width(lead.text) <= LEAD_WIDTH;
    if (!before)
        append(&line, lead.text);
    if (alternative->same) {
        append(&line, "changes nothing: every replication came out as in the base");
    } else {
        said = append_channels(&line, alternative, comparison->replications);
        if (said == 0 && !isnan(wait.difference.mean)) {
            append_difference(&line, "mean wait", SC_UNIT_SECONDS, wait.difference);
            said++;
        }
        append_cost(&line, alternative, said > 0);
    }
    sc_prose_print(stream, (struct sc_prose){before ? lead.text : "", bold},
                   (struct sc_prose){line.text, before ? "" : bold});
}

/* --- which is best --- */

static const char *name_of(const struct sc_comparison *comparison, size_t contender)
{
    return contender == 0 ? "the base" : comparison->alternatives[contender - 1].name;
}

/* Others that are behind by less than anybody cares for. */
static void append_close(struct line *line, const struct sc_comparison *comparison, const char *zone)
{
    const struct sc_selection *s = comparison->selection;
    char part[PART_TEXT];
    size_t said = 0;

    for (size_t i = 0; i < s->count; i++) {
        if (s->contenders[i].behind >= s->indifference || i == s->best)
            continue;
        if (said++ == 0)
            snprintf(part, sizeof part, " Behind it by less than %s, which does not matter: ", zone);
        append(line, said == 1 ? part : ", ");
        append(line, name_of(comparison, i));
    }
    append(line, said > 0 ? "." : "");
}

void sc_compare_write_best(FILE *stream, const struct sc_comparison *comparison, const struct sc_table_style *style)
{
    const struct sc_selection *s = comparison->selection;
    struct line line = {.length = 0};
    char part[2 * PART_TEXT], value[SC_HUMAN_TEXT], zone[SC_HUMAN_TEXT];

    if (s == NULL)
        return;
    sc_human_value(s->unit, s->contenders[s->best].value, value);
    /* The zone is a bound: all its digits. */
    snprintf(zone, sizeof zone,
             s->unit == SC_UNIT_SHARE     ? "%.3g points"
             : s->unit == SC_UNIT_SECONDS ? "%.3g s"
                                          : "%.3g",
             s->unit == SC_UNIT_SHARE ? 100 * s->indifference : s->indifference);
    snprintf(part, sizeof part, "Best by %.200s: %.200s (%s, the %s).", s->metric, name_of(comparison, s->best), value,
             s->lowest ? "lowest" : "highest");
    append(&line, part);
    append_close(&line, comparison, zone);
    snprintf(part, sizeof part,
             " Decided after %zu replications of those that stayed in. Whenever one of the %zu is ahead "
             "of all others by %s or more (the indifference zone), it is the one named with %.4g %% confidence.",
             s->replications, s->count, zone, 100 * s->confidence);
    append(&line, part);
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){line.text, style->colour ? SC_GREEN : ""});
}
