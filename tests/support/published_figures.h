/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For published.c: figures that others have published, as they printed them, with half-widths of 95 % intervals
 * (0: exact).
 *
 * WHITT: W. Whitt (2005), "Engineering solution of a basic call-center model", Management Science 51, tables 1 to 3.
 * Poisson arrivals 102 a time unit, mean service 1, 100 agents, 200 waiting places, in the long run. Q is the number
 * waiting, N the number in the system, W the wait; |S of those served, |A of those who give up.
 *
 * CONTACT_CENTERS: E. Buist and P. L'Ecuyer, ContactCenters, doc/examples/NAME.res in the repository
 * umontreal-simul/contactcenters: 1000 days each, from empty, served to the end after closing. "Good" is answered after
 * less than 20 s.
 */
#ifndef STAFFCAST_TESTS_PUBLISHED_FIGURES_H
#define STAFFCAST_TESTS_PUBLISHED_FIGURES_H

#define WHITT "Whitt (2005)"
#define CONTACT_CENTERS "ContactCenters"

struct published {
    const char *subject, *measure;
    const char *value;      /* as printed: its last digit says how finely it was rounded */
    double half_width;
    const char *source;
};

static const struct published published[] = {
    {"M/E2/100/200+E2", "P(W=0)", "0.217", 0.0021, WHITT},
    {"M/E2/100/200+E2", "P(A)", "0.0351", 0.00029, WHITT},
    {"M/E2/100/200+E2", "E[Q]", "11.52", 0.075, WHITT},
    {"M/E2/100/200+E2", "Var(Q)", "112.0", 0.71, WHITT},
    {"M/E2/100/200+E2", "E[N]", "109.9", 0.092, WHITT},
    {"M/E2/100/200+E2", "E[W|S]", "0.1115", 0.00071, WHITT},
    {"M/E2/100/200+E2", "Var(W|S)", "0.0101", 6.1e-05, WHITT},
    {"M/E2/100/200+E2", "E[W|A]", "0.1508", 0.00042, WHITT},
    {"M/E2/100/200+E2", "Var(W|A)", "0.0067", 4.4e-05, WHITT},
    {"M/E2/100/200+E2", "P(W<=.1|S)", "0.510", 0.003, WHITT},
    {"M/E2/100/200+E2", "P(W<=.1|A)", "0.305", 0.0014, WHITT},
    {"M/E2/100/200+E2", "P(W<=.2|S)", "0.795", 0.0023, WHITT},
    {"M/E2/100/200+E2", "P(W<=.2|A)", "0.740", 0.0019, WHITT},

    {"M/M/100/200+M", "P(W=0)", "0.4083", 0, WHITT},
    {"M/M/100/200+M", "P(A)", "0.0499", 0, WHITT},
    {"M/M/100/200+M", "E[Q]", "5.092", 0, WHITT},
    {"M/M/100/200+M", "Var(Q)", "44.6", 0, WHITT},
    {"M/M/100/200+M", "E[N]", "102.0", 0, WHITT},
    {"M/M/100/200+M", "E[W|S]", "0.049", 0, WHITT},
    {"M/M/100/200+M", "Var(W|S)", "0.0042", 0, WHITT},
    {"M/M/100/200+M", "E[W|A]", "0.0666", 0, WHITT},
    {"M/M/100/200+M", "Var(W|A)", "0.0031", 0, WHITT},
    {"M/M/100/200+M", "P(W<=.1|S)", "0.7986", 0, WHITT},
    {"M/M/100/200+M", "P(W<=.1|A)", "0.7671", 0, WHITT},
    {"M/M/100/200+M", "P(W<=.2|S)", "0.9644", 0, WHITT},
    {"M/M/100/200+M", "P(W<=.2|A)", "0.9702", 0, WHITT},

    {"M/M/100/200+E2", "P(W=0)", "0.246", 0.002, WHITT},
    {"M/M/100/200+E2", "P(A)", "0.0378", 0.00032, WHITT},
    {"M/M/100/200+E2", "E[Q]", "11.75", 0.075, WHITT},
    {"M/M/100/200+E2", "Var(Q)", "129.2", 0.94, WHITT},
    {"M/M/100/200+E2", "E[N]", "109.9", 0.091, WHITT},
    {"M/M/100/200+E2", "E[W|S]", "0.1133", 0.00072, WHITT},
    {"M/M/100/200+E2", "Var(W|S)", "0.0119", 8.3e-05, WHITT},
    {"M/M/100/200+E2", "E[W|A]", "0.1628", 0.00063, WHITT},
    {"M/M/100/200+E2", "Var(W|A)", "0.0079", 6.1e-05, WHITT},
    {"M/M/100/200+E2", "P(W<=.1|S)", "0.520", 0.0026, WHITT},
    {"M/M/100/200+E2", "P(W<=.1|A)", "0.273", 0.0019, WHITT},
    {"M/M/100/200+E2", "P(W<=.2|S)", "0.775", 0.0023, WHITT},
    {"M/M/100/200+E2", "P(W<=.2|A)", "0.688", 0.0027, WHITT},

    {"M/M/100/200+LN(1,1)", "P(W=0)", "0.242", 0.0026, WHITT},
    {"M/M/100/200+LN(1,1)", "P(A)", "0.0376", 0.00032, WHITT},
    {"M/M/100/200+LN(1,1)", "E[Q]", "11.42", 0.071, WHITT},
    {"M/M/100/200+LN(1,1)", "Var(Q)", "115.6", 0.46, WHITT},
    {"M/M/100/200+LN(1,1)", "E[N]", "109.6", 0.092, WHITT},
    {"M/M/100/200+LN(1,1)", "E[W|S]", "0.1094", 0.00067, WHITT},
    {"M/M/100/200+LN(1,1)", "Var(W|S)", "0.0104", 4.2e-05, WHITT},
    {"M/M/100/200+LN(1,1)", "E[W|A]", "0.1788", 0.00026, WHITT},
    {"M/M/100/200+LN(1,1)", "Var(W|A)", "0.0054", 2.4e-05, WHITT},
    {"M/M/100/200+LN(1,1)", "P(W<=.1|S)", "0.518", 0.0028, WHITT},
    {"M/M/100/200+LN(1,1)", "P(W<=.1|A)", "0.140", 0.00064, WHITT},
    {"M/M/100/200+LN(1,1)", "P(W<=.2|S)", "0.792", 0.0018, WHITT},
    {"M/M/100/200+LN(1,1)", "P(W<=.2|A)", "0.644", 0.00066, WHITT},

    {"M/M/100/200+LN(4,4)", "P(W=0)", "0.21", 0.0019, WHITT},
    {"M/M/100/200+LN(4,4)", "P(A)", "0.0349", 0.0003, WHITT},
    {"M/M/100/200+LN(4,4)", "E[Q]", "14.9", 0.095, WHITT},
    {"M/M/100/200+LN(4,4)", "Var(Q)", "187.0", 1.37, WHITT},
    {"M/M/100/200+LN(4,4)", "E[N]", "113.3", 0.25, WHITT},
    {"M/M/100/200+LN(4,4)", "E[W|S]", "0.1446", 0.00091, WHITT},
    {"M/M/100/200+LN(4,4)", "Var(W|S)", "0.0175", 0.00013, WHITT},
    {"M/M/100/200+LN(4,4)", "E[W|A]", "0.1878", 0.00048, WHITT},
    {"M/M/100/200+LN(4,4)", "Var(W|A)", "0.0105", 4.8e-05, WHITT},
    {"M/M/100/200+LN(4,4)", "P(W<=.1|S)", "0.444", 0.0025, WHITT},
    {"M/M/100/200+LN(4,4)", "P(W<=.1|A)", "0.212", 0.001, WHITT},
    {"M/M/100/200+LN(4,4)", "P(W<=.2|S)", "0.680", 0.0028, WHITT},
    {"M/M/100/200+LN(4,4)", "P(W<=.2|A)", "0.602", 0.0023, WHITT},

    {"M/M/100/200+M, mean 4", "P(W=0)", "0.226", 0, WHITT},
    {"M/M/100/200+M, mean 4", "P(A)", "0.0364", 0, WHITT},
    {"M/M/100/200+M, mean 4", "E[Q]", "14.84", 0, WHITT},
    {"M/M/100/200+M, mean 4", "Var(Q)", "214.5", 0, WHITT},
    {"M/M/100/200+M, mean 4", "E[N]", "113.1", 0, WHITT},
    {"M/M/100/200+M, mean 4", "E[W|S]", "0.1455", 0, WHITT},
    {"M/M/100/200+M, mean 4", "Var(W|S)", "0.0207", 0, WHITT},
    {"M/M/100/200+M, mean 4", "E[W|A]", "0.1429", 0, WHITT},
    {"M/M/100/200+M, mean 4", "Var(W|A)", "0.0137", 0, WHITT},
    {"M/M/100/200+M, mean 4", "P(W<=.1|S)", "0.469", 0, WHITT},
    {"M/M/100/200+M, mean 4", "P(W<=.1|A)", "0.449", 0, WHITT},
    {"M/M/100/200+M, mean 4", "P(W<=.2|S)", "0.687", 0, WHITT},
    {"M/M/100/200+M, mean 4", "P(W<=.2|A)", "0.737", 0, WHITT},

    {"MMC", "contacts waited<AWT per day", "1816.158", 3.54, CONTACT_CENTERS},
    {"MMC", "SL=good/served", "0.902", 0.002, CONTACT_CENTERS},
    {"MMC", "ASA min", "0.099", 0.0025, CONTACT_CENTERS},
    {"MMC", "occupancy", "0.695", 0.0015, CONTACT_CENTERS},

    {"MMCAb", "abandoned/day", "58.609", 0.949, CONTACT_CENTERS},
    {"MMCAb", "good/day", "1906.008", 2.223, CONTACT_CENTERS},
    {"MMCAb", "good/served", "0.975", 0.0005, CONTACT_CENTERS},
    {"MMCAb", "ASA served min", "0.024", 0.0005, CONTACT_CENTERS},
    {"MMCAb", "occupancy", "0.675", 0.0015, CONTACT_CENTERS},
    {"MMCAb", "good/(served+abandoned after AWT)", "0.968", 0.0005, CONTACT_CENTERS},

    {"MMCBlocked", "blocked/day", "18.655", 0.61, CONTACT_CENTERS},
    {"MMCBlocked", "good/day", "1854.284", 2.617, CONTACT_CENTERS},
    {"MMCBlocked", "good/served", "0.929", 0.001, CONTACT_CENTERS},
    {"MMCBlocked", "ASA", "0.060", 0.001, CONTACT_CENTERS},
    {"MMCBlocked", "occupancy", "0.689", 0.001, CONTACT_CENTERS},
    {"MMCBlocked", "good/(served+blocked)", "0.920", 0.0015, CONTACT_CENTERS},

    {"MMCClrQ", "disconnected/day", "0.433", 0.105, CONTACT_CENTERS},
    {"MMCClrQ", "good/(served+disc)", "0.902", 0.002, CONTACT_CENTERS},

    {"SimpleMSK", "served/day", "4297.305", 27.155, CONTACT_CENTERS},
    {"SimpleMSK", "abandoned/day", "910.335", 34.202, CONTACT_CENTERS},
    {"SimpleMSK", "good/(served+ab>=AWT)", "0.501", 0.0075, CONTACT_CENTERS},
    {"SimpleMSK", "occupancy of group 0", "0.881", 0.0035, CONTACT_CENTERS},
    {"SimpleMSK", "good type0 p0", "170.154", 5.816, CONTACT_CENTERS},
    {"SimpleMSK", "good type0 p1", "599.334", 5.175, CONTACT_CENTERS},
    {"SimpleMSK", "good type0 p2", "15.490", 1.708, CONTACT_CENTERS},
    {"SimpleMSK", "good type1 p0", "262.936", 8.339, CONTACT_CENTERS},
    {"SimpleMSK", "good type1 p1", "511.648", 5.372, CONTACT_CENTERS},
    {"SimpleMSK", "good type1 p2", "34.697", 3.427, CONTACT_CENTERS},
    {"SimpleMSK", "good type2 p0", "259.806", 9.628, CONTACT_CENTERS},
    {"SimpleMSK", "good type2 p1", "613.732", 6.146, CONTACT_CENTERS},
    {"SimpleMSK", "good type2 p2", "24.888", 2.751, CONTACT_CENTERS},
};

#endif
