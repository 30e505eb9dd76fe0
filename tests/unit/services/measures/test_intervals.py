import pytest

from app.services.measures.intervals import wilson


class TestWilson:
    @pytest.mark.parametrize(
        ("count", "total", "low", "high"),
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
    )
    def test_it_equals_the_examples_of_newcombe_1998(self, count, total, low, high):
        found = wilson(count, total)
        assert found.value == count / total
        assert found.low == pytest.approx(low, abs=5e-5)
        assert found.high == pytest.approx(high, abs=5e-5)

    def test_the_interval_ends_at_exactly_0_and_1(self):
        assert wilson(0, 7).low == 0
        assert wilson(7, 7).high == 1

    def test_without_a_total_the_interval_is_0_to_1(self):
        found = wilson(0, 0)
        assert (found.value, found.low, found.high) == (None, 0, 1)
