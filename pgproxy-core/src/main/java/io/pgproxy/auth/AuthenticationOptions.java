package io.pgproxy.auth;

/**
 * What holds for all logins that the proxy checks itself. Immutable.
 *
 * @param throttle how answers are delayed when logins fail
 * @param unencryptedPasswords whether cleartext passwords are asked for on connections that are not encrypted
 * @param workers how many threads hash and block
 * @param waiting how many tasks may wait for them; beyond this logins are refused with 53300
 */
public record AuthenticationOptions(LoginThrottle throttle, boolean unencryptedPasswords, int workers, int waiting) {
    /** {@link LoginThrottle#DEFAULT}, no passwords in clear, as many workers as processors, 500 waiting. */
    public static final AuthenticationOptions DEFAULT = new AuthenticationOptions(
            LoginThrottle.DEFAULT, false, Runtime.getRuntime().availableProcessors(), 500);

    /**
     * Checks the values.
     *
     * @param throttle any
     * @param unencryptedPasswords any
     * @param workers positive
     * @param waiting positive
     * @throws IllegalArgumentException if a number is not positive
     */
    public AuthenticationOptions {
        if (workers < 1 || waiting < 1) {
            throw new IllegalArgumentException("not a number of workers or waiting tasks: " + workers + ", " + waiting);
        }
    }

    /**
     * Delays answers otherwise.
     *
     * @param other the throttle
     * @return a changed copy
     */
    public AuthenticationOptions withThrottle(LoginThrottle other) {
        return new AuthenticationOptions(other, unencryptedPasswords, workers, waiting);
    }

    /**
     * Asks for cleartext passwords on connections that are not encrypted, too: whoever listens has them.
     *
     * @return a changed copy
     */
    public AuthenticationOptions allowUnencryptedPasswords() {
        return new AuthenticationOptions(throttle, true, workers, waiting);
    }

    /**
     * Hashes and blocks on other numbers of threads and waiting tasks.
     *
     * @param threads how many threads
     * @param queue how many tasks may wait
     * @return a changed copy
     */
    public AuthenticationOptions withWorkers(int threads, int queue) {
        return new AuthenticationOptions(throttle, unencryptedPasswords, threads, queue);
    }
}
