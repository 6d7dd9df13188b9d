/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Published figures that are so sharp that three times as sharp takes minutes. */
#include "support/published.h"

#include <stddef.h>

int main(void)
{
    return published_compare(SC_SOURCE_DIR "/tests/validate/scenarios", PUBLISHED_LONG, NULL);
}
