"""Drift tests, compared with SciPy, with each other, and with the error rates that theory guarantees."""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from app.services.drift.detectors import (
    BETS,
    ExchangeabilityTest,
    class_mix_changed,
    holm,
    kolmogorov_smirnov,
    label_shift,
    label_shift_interval,
    log_densities,
    mmd,
)

BINS = 32
THRESHOLD = np.log(100)


def uniform_enough(p_values: Sequence[float]) -> bool:
    return bool(stats.kstest(p_values, "uniform").pvalue > 1e-3)


class TestMmd:
    def test_the_statistic_is_the_unbiased_one(self):
        rng = np.random.default_rng(1)
        one, other = rng.normal(size=(12, 3)), rng.normal(0.5, size=(9, 3))
        pooled = np.concatenate([one, other])
        squares = ((pooled[:, np.newaxis] - pooled) ** 2).sum(axis=2)
        kernel = np.exp(-squares / np.median(squares[np.triu_indices(21, 1)]))
        within = [
            (part.sum() - np.trace(part)) / (n * (n - 1)) for part, n in ((kernel[:12, :12], 12), (kernel[12:, 12:], 9))
        ]
        assert mmd(one, other, 9, rng).statistic == pytest.approx(sum(within) - 2 * kernel[:12, 12:].mean())

    def test_p_values_are_uniform_where_nothing_differs(self):
        rng = np.random.default_rng(2)
        p_values = [
            mmd(rng.normal(size=(20, 4)), rng.normal(size=(15, 4)), 99, rng).p_value - rng.random() / 100
            for _ in range(300)
        ]
        assert uniform_enough(p_values)

    def test_a_change_of_spread_is_found(self):
        rng = np.random.default_rng(3)
        assert mmd(rng.normal(size=(200, 4)), rng.normal(0, 1.5, (200, 4)), 999, rng).p_value == 0.001

    def test_identical_points_show_no_difference(self):
        same = np.ones((5, 2))
        assert mmd(same, same, 19, np.random.default_rng(4)).p_value == 1


class TestKolmogorovSmirnov:
    @pytest.mark.parametrize("shift", [0, 0.2, 0.5, 2])
    def test_it_equals_scipy(self, shift):
        rng = np.random.default_rng(5)
        one, other = rng.normal(size=300), rng.normal(shift, size=240)
        found, expected = kolmogorov_smirnov(one, other), stats.ks_2samp(one, other, method="asymp")
        assert found.statistic == pytest.approx(expected.statistic)
        exact = stats.kstwobign.sf(expected.statistic * np.sqrt(300 * 240 / 540))
        assert found.p_value == pytest.approx(exact, rel=1e-6, abs=1e-12)

    def test_equal_samples_have_p_value_1(self):
        values = np.arange(10.0)
        assert kolmogorov_smirnov(values, values).p_value == 1


class TestClassMix:
    def test_the_statistic_equals_scipy(self):
        one, other = np.array([30, 20, 0, 50]), np.array([20, 25, 0, 30])
        expected = stats.chi2_contingency(np.stack([one, other])[:, [0, 1, 3]], correction=False)
        found = class_mix_changed(one, other, 9999, np.random.default_rng(6))
        assert found.statistic == pytest.approx(expected.statistic)
        assert found.p_value == pytest.approx(expected.pvalue, abs=0.02)

    def test_a_single_class_in_both_samples_shows_no_change(self):
        assert class_mix_changed(np.array([9, 0]), np.array([4, 0]), 99, np.random.default_rng(7)).p_value == 1


def test_holm_follows_its_definition():
    assert holm(np.array([0.01, 0.04, 0.03, 0.5])) == pytest.approx([0.04, 0.09, 0.09, 0.5])
    assert holm(np.array([0.9, 0.8])) == pytest.approx([1, 1])


class TestLabelShift:
    confusion = np.array([[90, 10, 0], [5, 90, 5], [0, 2, 98]])

    def test_the_simulated_mix_is_found(self):
        truth = np.array([0.6, 0.1, 0.3])
        predicted = 1000 * truth @ (self.confusion / 100)
        assert label_shift(self.confusion, predicted.astype(int)) == pytest.approx(truth, abs=0.01)

    def test_the_interval_covers_the_simulated_mix(self):
        predicted = np.array([500, 200, 300])
        low, high = label_shift_interval(self.confusion, predicted, 300, np.random.default_rng(8))
        estimate = label_shift(self.confusion, predicted)
        assert np.all(low <= estimate)
        assert np.all(estimate <= high)


class TestExchangeability:
    def test_every_bet_is_fair(self):
        """Each density integrates to 1, by the midpoint rule in the logarithm of the distance to either end."""
        edges = np.geomspace(1e-11, 0.5, 4001)
        middles, widths = np.sqrt(edges[1:] * edges[:-1]), np.diff(edges)
        whole = sum((np.exp(log_densities(p)) * widths[:, np.newaxis]).sum(axis=0) for p in (middles, 1 - middles))
        assert whole.shape == (BETS,)
        # The narrowest spike has some of its mass even closer to the end.
        assert whole == pytest.approx(np.ones(BETS), abs=0.01)

    def test_ranks_are_uniform_for_any_distribution(self):
        """Checks independence too, on many streams with ties after a small reference."""
        rng = np.random.default_rng(9)
        streams = 5000
        test = ExchangeabilityTest.of_reference(rng.poisson(1.5, (10, streams)).clip(0, 7), 8)
        p_values = np.stack([test.rank(rng.poisson(1.5, streams).clip(0, 7), rng) for _ in range(5)])
        assert all(uniform_enough(row) for row in p_values)
        correlations = np.asarray(np.corrcoef(p_values))[np.triu_indices(5, 1)]
        assert np.abs(correlations).max() < 4 / np.sqrt(streams)

    def test_false_alarms_are_as_rare_as_the_bound(self):
        """1,000 streams of 2,000 answers, checked after each answer: at most 1 % may raise an alarm."""
        rng = np.random.default_rng(10)
        test = ExchangeabilityTest.of_reference(rng.integers(BINS, size=(100, 1000)), BINS)
        test.update(rng.integers(BINS, size=(2000, 1000)), rng)
        alarms = int((test.log_best >= THRESHOLD).sum())
        assert alarms <= stats.binom.ppf(0.999, 1000, 0.01)

    @pytest.mark.parametrize("before", [0, 1000])
    def test_a_late_change_is_found_soon_too(self, before):
        rng = np.random.default_rng(11)
        edges = np.linspace(-3, 3, BINS - 1)
        test = ExchangeabilityTest.of_reference(np.searchsorted(edges, rng.normal(size=(400, 1))), BINS)
        test.update(np.searchsorted(edges, rng.normal(size=(before, 1))), rng)
        assert test.log_best[0] < THRESHOLD
        test.update(np.searchsorted(edges, rng.normal(1.5, 1, size=(60, 1))), rng)
        assert test.log_best[0] >= THRESHOLD

    def test_the_state_does_not_grow_with_the_answers(self):
        rng = np.random.default_rng(12)
        test = ExchangeabilityTest.of_reference(rng.integers(BINS, size=(50, 3)), BINS)
        size = test.counts.nbytes + test.log_bets.nbytes + test.log_best.nbytes
        test.update(rng.integers(BINS, size=(500, 3)), rng)
        assert test.counts.nbytes + test.log_bets.nbytes + test.log_best.nbytes == size
        assert test.counts.sum() == 3 * 550
