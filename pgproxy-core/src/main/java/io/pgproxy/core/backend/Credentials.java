package io.pgproxy.core.backend;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Who the proxy is to an upstream that it logs in to by itself. Immutable; shows no secret. */
public final class Credentials {
    private final String user;
    private final char @Nullable [] password;

    private Credentials(String user, char @Nullable [] password) {
        this.user = user;
        this.password = password;
    }

    /**
     * A user with a password.
     *
     * @param user a role of the upstream
     * @param password copied; the caller may clear its own
     * @return the credentials
     */
    public static Credentials of(String user, char[] password) {
        return new Credentials(user, password.clone());
    }

    /**
     * A user whom the upstream trusts.
     *
     * @param user a role of the upstream
     * @return credentials that cannot answer a request for a password
     */
    public static Credentials trusted(String user) {
        return new Credentials(user, null);
    }

    /**
     * The role.
     *
     * @return its name
     */
    public String user() {
        return user;
    }

    /** A copy to be cleared by who asked for it; null if there is none. */
    char @Nullable [] password() {
        return password == null ? null : Arrays.copyOf(password, password.length);
    }

    /** Names the role only. */
    @Override
    public String toString() {
        return "Credentials[" + user + "]";
    }
}
