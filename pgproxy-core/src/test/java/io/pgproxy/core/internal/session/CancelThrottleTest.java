package io.pgproxy.core.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CancelThrottleTest {
    @Test
    void whoGuessesTooOftenIsNotHeardAndOthersAre() {
        CancelThrottle throttle = new CancelThrottle();
        int heard = 0;
        for (int i = 0; i < 10_000; i++) {
            if (throttle.mayTry("guesser")) {
                heard++;
                throttle.wrongKey("guesser");
            }
        }

        assertThat(heard).isBetween(20, 60); // the loop may cross a second or two
        assertThat(throttle.mayTry("somebody else")).isTrue();
    }
}
