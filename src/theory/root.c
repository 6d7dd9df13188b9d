/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "theory/root.h"

#include <math.h>
#include <stdbool.h>

void sc_root_narrow(double (*function)(double x, void *context), void *context, struct sc_root_end *low,
                    struct sc_root_end *high)
{
    /* Weights of the ends in the next guess: halved at the end that stays, so that both move. */
    double low_weight = low->value, high_weight = high->value;
    for (int i = 0; i < 300 && low->value != 0 && high->value != 0; ++i) {
        double middle = 0.5 * (low->x + high->x);
        if (!(middle > low->x && middle < high->x))
            break;
        double guess = (low->x * high_weight - high->x * low_weight) / (high_weight - low_weight);
        if (i % 4 != 3 && guess > low->x && guess < high->x)
            middle = guess;
        struct sc_root_end next = {middle, function(middle, context)};
        bool to_low = (next.value < 0) == (low->value < 0);
        if (next.value == 0) {
            *low = *high = next;
        } else if (to_low) {
            *low = next;
            low_weight = next.value;
            high_weight *= 0.5;
        } else {
            *high = next;
            high_weight = next.value;
            low_weight *= 0.5;
        }
    }
}
