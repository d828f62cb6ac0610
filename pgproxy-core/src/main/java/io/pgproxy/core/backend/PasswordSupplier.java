package io.pgproxy.core.backend;

/**
 * Where a password comes from that changes: a token that is made anew every few minutes, a store of secrets. Asked once
 * for each login to the upstream that needs a password, see {@link Credentials#supplied}.
 *
 * <p>It may block: it is called on threads of the upstream's that do such things, two at most, and its other logins
 * wait for them. When the client's login deadline is over, the thread is interrupted. Thread-safe.
 */
@FunctionalInterface
public interface PasswordSupplier {
    /**
     * Finds the password as it is now.
     *
     * @return an array of the callee's, which is cleared after use: never one that is kept
     * @throws Exception if there is none: the client is refused with 28000, and the class of the exception is logged,
     *     for its message may hold anything
     */
    char[] password() throws Exception;
}
