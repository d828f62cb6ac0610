package io.pgproxy.auth;

import java.time.Duration;

/**
 * What holds for all logins that the proxy checks itself. Immutable.
 *
 * @param throttle how answers are delayed when logins fail
 * @param unencryptedPasswords whether cleartext passwords are asked for on connections that are not encrypted
 * @param workers how many threads hash and block
 * @param waiting how many tasks may wait for them; beyond this logins are refused with 53300
 * @param recheck how often it is asked of a live session whether its user is still valid; zero for never
 */
public record AuthenticationOptions(
        LoginThrottle throttle, boolean unencryptedPasswords, int workers, int waiting, Duration recheck) {
    /** {@link LoginThrottle#DEFAULT}, no passwords in clear, a worker for each processor, 500 waiting, each minute. */
    public static final AuthenticationOptions DEFAULT = new AuthenticationOptions(
            LoginThrottle.DEFAULT, false, Runtime.getRuntime().availableProcessors(), 500, Duration.ofMinutes(1));

    /**
     * Checks the values.
     *
     * @param throttle any
     * @param unencryptedPasswords any
     * @param workers positive
     * @param waiting positive
     * @param recheck not negative
     * @throws IllegalArgumentException if a number is not positive, or the duration is negative
     */
    public AuthenticationOptions {
        if (workers < 1 || waiting < 1) {
            throw new IllegalArgumentException("not a number of workers or waiting tasks: " + workers + ", " + waiting);
        }
        if (recheck.isNegative()) {
            throw new IllegalArgumentException("a negative duration: " + recheck);
        }
    }

    /**
     * Delays answers otherwise.
     *
     * @param other the throttle
     * @return a changed copy
     */
    public AuthenticationOptions withThrottle(LoginThrottle other) {
        return new AuthenticationOptions(other, unencryptedPasswords, workers, waiting, recheck);
    }

    /**
     * Asks for cleartext passwords on connections that are not encrypted, too: whoever listens has them.
     *
     * @return a changed copy
     */
    public AuthenticationOptions allowUnencryptedPasswords() {
        return new AuthenticationOptions(throttle, true, workers, waiting, recheck);
    }

    /**
     * Hashes and blocks on other numbers of threads and waiting tasks.
     *
     * @param threads how many threads
     * @param queue how many tasks may wait
     * @return a changed copy
     */
    public AuthenticationOptions withWorkers(int threads, int queue) {
        return new AuthenticationOptions(throttle, unencryptedPasswords, threads, queue, recheck);
    }

    /**
     * Asks more or less often whether the users of live sessions are still valid ({@link Authenticator#isStillValid}).
     *
     * @param interval zero for never
     * @return a changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public AuthenticationOptions withRecheck(Duration interval) {
        return new AuthenticationOptions(throttle, unencryptedPasswords, workers, waiting, interval);
    }
}
