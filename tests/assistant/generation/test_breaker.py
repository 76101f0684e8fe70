"""After several failures in a row a model is left alone, then tried once."""

from assistant.generation.breaker import Breaker


class Watch:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_it_opens_after_failures_in_a_row_and_lets_one_call_through_later() -> None:
    watch = Watch()
    breaker = Breaker(2, 60.0, watch)
    breaker.fail()
    breaker.succeed()
    breaker.fail()
    assert not breaker.is_open
    breaker.fail()
    assert breaker.is_open
    watch.now_s = 61.0
    assert not breaker.is_open
    assert breaker.is_open
    breaker.succeed()
    assert not breaker.is_open
