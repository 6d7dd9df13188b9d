/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small companies with a plan to make, from a seed: two to four channels (a phone, and of a second line, a chat with or
 * without a bot, e-mail, at least one), one to three pools that help each other, demand that grows and has a season,
 * people who leave, are found, trained and ramp up, six to nine months and a confidence of 80 or 90 %. Pools begin with
 * what the demand of the first weeks wants, and some; nobody says that the later months can be kept.
 */
#ifndef STAFFCAST_TESTS_RANDOM_COMPANY_H
#define STAFFCAST_TESTS_RANDOM_COMPANY_H

#include <stdint.h>

/* The text of the scenario of that seed; the caller frees. */
char *random_company_text(uint64_t seed);

#endif
