#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recomputes Erlang's formulas with 50 digits and holds the program to ten of them.

    erlang_digits.py STAFFCAST [--quick]

A grid of agents (1 to 1,000,000), loads (below, at and above the agents) and patience (1 s to 10 h) is answered by one run of
`STAFFCAST erlang --batch` a model, and then again here by other means: sums over states in exact integer arithmetic (70
places), Stirling's series of mpmath where the sums would not end. Prints the worst relative error of every figure; ends with status
1 where one exceeds 1e-10.
"""
import csv
import fractions
import math
import subprocess
import sys
import tempfile

import mpmath
from mpmath import mp, mpf

mp.dps = 50
PLACES = 10**70
HANDLE_S = 180.0
WITHIN_S = 20.0
TOLERANCE = 1e-10
SMALLEST = mpf(10)**-25  # figures below this are not compared: their difference with 1 is beyond 50 digits
AGENTS = [1, 2, 5, 14, 50, 200, 1000, 5000, 20000, 100000, 1000000]
RATIOS = [0.3, 0.8, 0.95, 0.99, 1.0, 1.01, 1.1, 1.5, 3.0]
PATIENCE_S = [1.0, 20.0, 180.0, 600.0, 3600.0, 36000.0]


def fixed(value):
    """A number as integer times 1/PLACES."""
    if isinstance(value, fractions.Fraction):
        return value.numerator * PLACES // value.denominator
    return int(mpmath.floor(value * PLACES))


def to_mpf(integer):
    return mpf(integer) / mpf(PLACES)


def rational(value):
    """A fraction that stands for a double exactly, or for an mpf to 70 places."""
    if isinstance(value, float):
        return fractions.Fraction(value)
    return fractions.Fraction(fixed(value), PLACES)


def free_sum(agents, load):
    """sum over k < n of a^(k-n) n!/k!, downwards from k = n - 1; None where it is beyond 1e310."""
    ratio = fractions.Fraction(load)
    term = total = PLACES
    numerator, denominator = ratio.numerator, ratio.denominator
    total = 0
    for k in range(agents, 0, -1):
        term = term * k * denominator // numerator
        total += term
        if term * 10**62 < total and k < numerator / denominator:
            break
        if total > PLACES * 10**320:
            return None
    return to_mpf(total)


def log_full(agents, load, g):
    """log of sum_j q_j if nobody were missing below: log of exp(x) Gamma(c + 1) x^-c, with c = n/g, x = a/g."""
    c, x = mpf(agents) / g, load / g
    return x + mpmath.loggamma(c + 1) - c * mpmath.log(x)


class Queue:
    """Sums over waiting states, relative to q_first: total, mean (sum j q_j), stage (sum q_j h_j)."""

    def __init__(self, agents, load, g):
        a, gr = rational(load), rational(g)
        x = float(a / gr)
        peak = max(0.0, (float(a) - agents) / float(gr))
        spread = 16 * math.sqrt(max(x, agents / float(gr))) + 60
        self.first = max(1, int(peak - spread))
        # ratio a / (n + j g) = up / (base + j * step), all integers
        common = a.denominator * gr.denominator
        up, base, step = a.numerator * gr.denominator, agents * common, gr.numerator * a.denominator
        term = PLACES
        start = mpf(0)
        if self.first > 1:
            c = mpf(agents) / mpf(g)
            start = (mpmath.digamma(c + self.first) - mpmath.digamma(c + 1)) / mpf(g)
        stage = fixed(start)
        total = mean = stages = 0
        j = self.first
        one = common * PLACES
        while True:
            below = base + j * step
            if j > 1 and self.first > 1 and j == self.first:
                pass  # q_first = 1
            else:
                term = term * up // below
            stage += one // below
            total += term
            mean += j * term
            stages += term * stage // PLACES
            j += 1
            if term * 10**60 < total and j > peak:
                break
        self.total, self.mean, self.stages = to_mpf(total), to_mpf(mean), to_mpf(stages)


def curve(y):
    return mpmath.expm1(-y) + y


def erlang_a(agents, load, patience_s):
    g = mpf(HANDLE_S) / mpf(patience_s)
    a, n, t = mpf(load), mpf(agents), mpf(WITHIN_S) / mpf(HANDLE_S)
    free = free_sum(agents, load)
    queue = Queue(agents, load, g)
    if queue.first == 1:
        if free is None:
            return None
        z = free + 1 + queue.total
        edge, nobody, scale = 1 / z, free / z, 1 / z
    else:
        edge = mpmath.exp(-log_full(agents, a, g))
        nobody = (free or 0) * edge
        scale = (1 - nobody - edge) / queue.total
    waiting, mean = scale * queue.total, scale * queue.mean
    answered = nobody + n / a * waiting
    # The wait beyond t: the same queue with load a exp(-g t), full at the start.
    later = a * mpmath.exp(-g * t)
    weight = edge * mpmath.exp((a - n) * t - a / g * curve(g * t))
    rest = Queue(agents, later, g)
    if rest.first == 1:
        beyond = n / a * weight * rest.total
        lost_beyond = g / a * weight * rest.mean
    else:
        # edge exp(...) exp(log_full) is what is left of the probability; exact to exp(-100)
        all_beyond = edge * mpmath.exp((a - n) * t - a / g * curve(g * t) + log_full(agents, later, g))
        beyond = n / a * (all_beyond - weight)
        lost_beyond = mpmath.exp(-g * t) * all_beyond - beyond
    within = answered - beyond
    lost = g / a * mean
    return {
        "wait_probability": edge + waiting, "wait_mean_s": n / a * scale * queue.stages / answered * mpf(HANDLE_S),
        "wait_all_mean_s": mean / a * mpf(HANDLE_S), "service_level": within,
        "service_level_by.no-short": within / (1 - (lost - lost_beyond)),
        "service_level_by.answered": within / answered,
        "service_level_by.met": within + lost - lost_beyond, "abandon_rate": lost,
        "occupancy": a * answered / n,
    }


def erlang_b(agents, load):
    free = free_sum(agents, load)
    return None if free is None else {"blocked": 1 / (1 + free), "occupancy": mpf(load) * free / (1 + free) / agents}


def erlang_c(agents, load):
    free = free_sum(agents, load)
    if free is None:
        return None
    n, a, h = mpf(agents), mpf(load), mpf(HANDLE_S)
    waits = n / (n - a) / (free + n / (n - a))
    return {"wait_probability": waits, "wait_mean_s": waits / (n - a) * h,
            "service_level": 1 - waits * mpmath.exp(-(n - a) * mpf(WITHIN_S) / h), "occupancy": a / n}


def ask(program, options, columns, rows):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write(",".join(columns) + "\n")
        for row in rows:
            file.write(",".join(repr(value) for value in row) + "\n")
        file.flush()
        out = subprocess.run([program, "erlang", *options, "--batch", file.name], check=True, capture_output=True, text=True)
    return list(csv.DictReader(out.stdout.splitlines()))


def compare(name, where, said, exact, worst):
    bad = 0
    for figure, value in exact.items():
        if value is None or value < SMALLEST:
            continue
        found = mpf(said[figure]) if said.get(figure) else mpf("nan")
        error = float(abs(found / value - 1))
        key = f"{name} {figure}"
        if not error <= worst.get(key, (-1.0, ""))[0]:
            worst[key] = (error, where)
        if not error <= TOLERANCE:
            bad += 1
            print(f"{name} {figure} at {where}: {said.get(figure)}, should be {mpmath.nstr(value, 17)} ({error:.1e})")
    return bad


def main():
    quick = "--quick" in sys.argv
    programs = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    if len(programs) != 1:
        sys.exit(__doc__)
    agents = AGENTS[::3] if quick else AGENTS
    pairs = [(n, n * ratio) for n in agents for ratio in RATIOS]
    worst, bad, points = {}, 0, 0
    common = ["--handle", f"{HANDLE_S:g}s", "--within", f"{WITHIN_S:g}s"]
    for name, model, grid, formula in (
            ("B", ["--model", "b"], pairs, erlang_b),
            ("C", common + ["--model", "c"], [pair for pair in pairs if pair[1] < pair[0]], erlang_c),
            ("A", common + ["--model", "a"], [(n, a, p) for n, a in pairs for p in (PATIENCE_S[::2] if quick else PATIENCE_S)],
             erlang_a)):
        columns = ["agents", "load_erl", "patience_s"][:len(grid[0])]
        for where, said in zip(grid, ask(programs[0], model, columns, grid)):
            exact = formula(*where)
            if exact is not None:
                points += 1
                bad += compare(name, where, said, exact, worst)
    for key, (error, where) in sorted(worst.items()):
        print(f"{key:32} {error:9.1e} at {where}")
    print(f"{points} systems, {bad} figures off by more than {TOLERANCE:g}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
