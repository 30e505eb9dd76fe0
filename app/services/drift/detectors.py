"""Statistical tests for drift: whether new scans resemble those that the model was validated on.

There are two kinds. The tests of a window (`mmd`, `kolmogorov_smirnov`, `class_mix_changed`) describe the latest
answers; their p-values are valid for a single look. Only `ExchangeabilityTest` raises the alarm. It may be evaluated
after every answer indefinitely: the probability of ever raising a false alarm is bounded.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Parameters of the densities on [0, 1] that the test bets with: p-values too large, too small, sometimes extreme, too
# spread out, too concentrated.
_EXPONENTS = (0.2, 0.5, 0.8)
_SPIKE_SHARE, _SPIKE_EXPONENT = 0.05, 0.1
BETS = 2 * len(_EXPONENTS) + 2 + 3
# The prior probability of a change before answer t is 1 - t0 / (t + t0), which leaves some for every later answer.
_PRIOR_ANSWERS = 500


class ExchangeabilityTest:
    """A conformal test martingale for each of several scores, over an unbounded stream, in bounded memory.

    The p-value of each new value is its rank among the reference and the earlier stream. While all values come from one
    distribution, of any form, these p-values are independent and uniform (Vovk, Gammerman & Shafer, Algorithmic
    Learning in a Random World, 2005, chapter 8). Wealth bet against their uniformity is a martingale with mean 1. By
    Ville's inequality, the probability that it ever reaches 1 / a is at most a. A bet starts at every answer, with a
    share of the wealth that falls with the square of the answer's number, so that a late change is found too. The
    scores share the error by their weights (Bonferroni).

    A score is the number of a value's bin; the bins are fixed on other data. Ranks then depend only on the counts of
    each bin, and with ties broken at random they are exact.

    Attributes:
        counts: int64 `[scores, bins]`, of reference and stream.
        log_bets: float64 `[scores, BETS]`, logarithm of the wealth in each bet.
        log_best: float64 `[scores]`, logarithm of the greatest wealth so far.
        answers: number of answers in the stream.
    """

    def __init__(self, counts: NDArray[np.int64], log_bets: Floats, log_best: Floats, answers: int) -> None:
        """Continue from a state; `of_reference` makes the first one."""
        self.counts, self.log_bets, self.log_best, self.answers = counts, log_bets, log_best, answers

    @classmethod
    def of_reference(cls, bins: NDArray[np.integer], bin_count: int) -> "ExchangeabilityTest":
        """Start with the bins of the reference, int `[n, scores]`, each from 0 to `bin_count - 1`."""
        counts = np.stack([np.bincount(column, minlength=bin_count) for column in bins.T]).astype(np.int64)
        return cls(counts, np.full((len(counts), BETS), -np.inf), np.zeros(len(counts)), 0)

    def update(self, bins: NDArray[np.integer], rng: np.random.Generator) -> None:
        """Add answers in their order: the bins of their scores, int `[n, scores]`."""
        for row in bins:
            p_values = self.rank(row, rng)
            self.answers += 1
            before, after = _unspent(self.answers - 1), _unspent(self.answers)
            staked = np.logaddexp(self.log_bets, np.log((before - after) / BETS))
            self.log_bets = staked + log_densities(p_values)
            self.log_best = np.maximum(self.log_best, self.log_wealth)

    def rank(self, row: NDArray[np.integer], rng: np.random.Generator) -> Floats:
        """Count an answer by the bins of its scores, int `[scores]`; returns its p-values, above 0 and at most 1."""
        scores = np.arange(len(row))
        at_least = self.counts[:, ::-1].cumsum(axis=1)[:, ::-1]
        equal = self.counts[scores, row]
        lot = 1 - rng.random(len(row))
        p_values: Floats = (at_least[scores, row] - equal + lot * (equal + 1)) / (at_least[:, 0] + 1)
        self.counts[scores, row] += 1
        return p_values

    @property
    def log_wealth(self) -> Floats:
        """Logarithm of the wealth of each score, float64 `[scores]`; 0 at the start."""
        found: Floats = np.logaddexp(np.log(_unspent(self.answers)), np.logaddexp.reduce(self.log_bets, axis=1))
        return found


def _unspent(answers: int) -> float:
    """Share of the wealth that is in no bet yet after a number of answers."""
    return _PRIOR_ANSWERS / (answers + _PRIOR_ANSWERS)


def log_densities(p_values: Floats) -> Floats:
    """Logarithms of the bets' densities, float64 `[n, BETS]`, at p-values `[n]` above 0 and at most 1."""
    low = np.log(p_values)
    high = np.log(np.maximum(1 - p_values, 1e-12))
    columns = [np.log(a) + (a - 1) * side for a in _EXPONENTS for side in (low, high)]
    for side in (low, high):
        spike = _SPIKE_EXPONENT * np.exp((_SPIKE_EXPONENT - 1) * side)
        columns.append(np.log(1 - _SPIKE_SHARE + _SPIKE_SHARE * spike))
    edges = np.log(0.5) + np.log(0.5) + np.logaddexp(-0.5 * low, -0.5 * high)
    columns += [edges, np.log(6) + low + high, np.log(140) + 3 * (low + high)]
    return np.stack(columns, axis=1)


@dataclass(frozen=True)
class TestResult:
    """A test's statistic and its p-value."""

    statistic: float
    p_value: float


def mmd(one: Floats, other: Floats, permutations: int, rng: np.random.Generator) -> TestResult:
    """Maximum mean discrepancy, unbiased and squared, with a Gaussian kernel (Gretton et al. 2012, JMLR 13:723).

    The kernel's width is the median distance of the pooled points. The p-value is exact: the share of permutations, the
    data included, whose statistic is at least as large.

    Args:
        one: float64 `[n, d]`, at least two rows.
        other: float64 `[m, d]`, at least two rows.
        permutations: number of random permutations.
        rng: draws the permutations.
    """
    pooled = np.concatenate([one, other])
    squares = (pooled**2).sum(axis=1)
    distances = np.maximum(squares[:, np.newaxis] + squares - 2 * pooled @ pooled.T, 0)
    median = float(np.median(distances[np.triu_indices(len(pooled), 1)]))
    kernel = np.exp(-distances / (median or 1.0))
    np.fill_diagonal(kernel, 0)
    n, m = len(one), len(other)
    members = np.zeros((permutations + 1, n + m))
    members[:, :n] = 1
    members[1:] = rng.permuted(members[1:], axis=1)
    # Sums of the kernel within `one`, and between the two samples, for each permutation.
    towards_one = members @ kernel
    within_one = (towards_one * members).sum(axis=1)
    across = towards_one.sum(axis=1) - within_one
    within_other = kernel.sum() - within_one - 2 * across
    statistics = within_one / (n * (n - 1)) + within_other / (m * (m - 1)) - 2 * across / (n * m)
    # Equal statistics may differ in their last digits.
    as_large = int((statistics[1:] >= statistics[0] - 1e-12).sum())
    return TestResult(float(statistics[0]), (as_large + 1) / (permutations + 1))


def kolmogorov_smirnov(one: Floats, other: Floats) -> TestResult:
    """Compare two samples, float64 `[n]` and `[m]` (Smirnov 1948, Annals of Mathematical Statistics 19:279).

    The p-value is asymptotic; ties only make it larger.
    """
    points = np.concatenate([one, other])
    shares = [np.searchsorted(np.sort(sample), points, side="right") / len(sample) for sample in (one, other)]
    distance = float(np.abs(shares[0] - shares[1]).max())
    scaled = distance * np.sqrt(len(one) * len(other) / (len(one) + len(other)))
    if scaled < 0.2:  # the series converges slowly here, and the p-value is 1 to twelve digits
        return TestResult(distance, 1.0)
    terms = np.arange(1, 101)
    series = 2 * np.sum((-1.0) ** (terms - 1) * np.exp(-2 * (terms * scaled) ** 2))
    return TestResult(distance, float(np.clip(series, 0, 1)))


def class_mix_changed(
    one: NDArray[np.integer], other: NDArray[np.integer], draws: int, rng: np.random.Generator
) -> TestResult:
    """Pearson's chi-squared test of two rows of counts, int `[classes]` each, with an exact p-value.

    The p-value is the share of `draws` random tables with the same margins (Patefield 1981, Applied Statistics 30:91)
    whose statistic is at least as large.
    """
    totals = one + other
    present = totals > 0
    totals, other = totals[present], other[present]
    shares = np.array([one.sum(), other.sum()]) / totals.sum()

    def statistic(second: NDArray[np.integer]) -> Floats:
        rows = ((totals - second, shares[0]), (second, shares[1]))
        found: Floats = sum((((row - totals * share) ** 2) / (totals * share)).sum(axis=-1) for row, share in rows)
        return found

    measured = float(statistic(other))
    tables = rng.multivariate_hypergeometric(totals, int(other.sum()), size=draws, method="marginals")
    as_large = int((statistic(tables) >= measured - 1e-9).sum())
    return TestResult(measured, (as_large + 1) / (draws + 1))


def holm(p_values: Floats) -> Floats:
    """P-values `[n]` adjusted for their number (Holm 1979): a false one is below a with probability at most a."""
    order = np.argsort(p_values)
    stepped = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return adjusted


def label_shift(confusion: NDArray[np.integer], predicted: NDArray[np.integer]) -> Floats:
    """Estimate the shares of the true classes from the predicted ones (BBSE, Lipton et al. 2018, arXiv:1802.03916).

    The estimate assumes that only the shares of the classes have changed, not the appearance of each class.

    Args:
        confusion: counts `[true, predicted]` of the validation; every class is predicted at least once.
        predicted: counts `[classes]` of the answers.

    Returns:
        Shares, float64 `[classes]`, which sum to 1; negative estimates become 0.
    """
    rates = confusion / confusion.sum(axis=1, keepdims=True)
    solved = np.linalg.lstsq(rates.T, predicted / predicted.sum(), rcond=None)[0]
    shares = np.maximum(solved, 0)
    found: Floats = shares / shares.sum()
    return found


def label_shift_interval(
    confusion: NDArray[np.integer], predicted: NDArray[np.integer], draws: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Ends of the 95 % intervals of `label_shift`, float64 `[classes]` each, over `draws` resamples of both tables."""
    estimates = []
    for _ in range(draws):
        table = np.stack([rng.multinomial(row.sum(), row / row.sum()) for row in confusion])
        estimates.append(label_shift(table, rng.multinomial(predicted.sum(), predicted / predicted.sum())))
    low, high = np.percentile(estimates, [2.5, 97.5], axis=0)
    return low, high
