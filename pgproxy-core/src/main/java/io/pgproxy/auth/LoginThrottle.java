package io.pgproxy.auth;

import java.time.Duration;

/**
 * How answers are delayed when logins fail: the more often one address or one user has failed, the longer. A refusal
 * waits for the longer of the two delays. A login that succeeds waits for that of its address alone: whoever guesses
 * cannot tell a wrong password by the silence, and cannot keep a user out who is elsewhere.
 *
 * <p>Nothing waits beyond the login deadline. Addresses of IPv6 count by their /64. Immutable.
 *
 * @param free how many failures have no delay
 * @param first the delay after the next one; it doubles with each
 * @param longest the delay does not grow beyond it; zero for no delay at all
 * @param forgetAfter when failures are forgotten after the last one
 */
public record LoginThrottle(int free, Duration first, Duration longest, Duration forgetAfter) {
    /** After 3 failures 100 ms, then up to 3 s; forgotten after 10 minutes. */
    public static final LoginThrottle DEFAULT =
            new LoginThrottle(3, Duration.ofMillis(100), Duration.ofSeconds(3), Duration.ofMinutes(10));

    /** No delays: for a server behind something that hides the addresses of its clients. */
    public static final LoginThrottle NONE =
            new LoginThrottle(0, Duration.ofMillis(1), Duration.ZERO, Duration.ofMinutes(1));

    /**
     * Checks the values.
     *
     * @param free not negative
     * @param first positive
     * @param longest not negative
     * @param forgetAfter positive
     * @throws IllegalArgumentException if one of them is not
     */
    public LoginThrottle {
        if (free < 0
                || first.isNegative()
                || first.isZero()
                || longest.isNegative()
                || forgetAfter.isNegative()
                || forgetAfter.isZero()) {
            throw new IllegalArgumentException("not a throttle of logins: " + free + " free, first " + first
                    + ", longest " + longest + ", forgotten after " + forgetAfter);
        }
    }

    /**
     * The delay of an answer.
     *
     * @param failures how often it has failed
     * @return zero up to {@link #longest}
     */
    public Duration delay(int failures) {
        if (failures <= free) {
            return Duration.ZERO;
        }
        int doublings = Math.min(failures - free - 1, 30);
        Duration delay = first.multipliedBy(1L << doublings);
        return delay.compareTo(longest) < 0 ? delay : longest;
    }
}
