package io.pgproxy.core.backend;

import org.jspecify.annotations.Nullable;

/** Where the password of a login comes from. May block. Thread-safe. */
@FunctionalInterface
interface PasswordSource {
    /**
     * Finds it.
     *
     * @param login for which it is
     * @return to be cleared by who asked; null if there is none
     * @throws Exception for the same: what it says is logged if it is a {@link PassfileException}, else its class alone
     */
    char @Nullable [] find(LoginTarget login) throws Exception;
}
