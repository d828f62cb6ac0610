package io.pgproxy.auth;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;

/**
 * A client is not who it says it is, or may not come in. What it is told is the same for every cause: whoever guesses
 * must not learn which half was right. It has no stack trace, for anybody can cause it.
 */
public final class LoginRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient PgError error;

    private LoginRefusedException(PgError error) {
        super(error.sqlState(), null, false, false);
        this.error = error.fatal();
    }

    /**
     * Wrong password, unknown user, password expired: 28P01, in the server's words.
     *
     * @param user who wanted to log in
     * @return the refusal
     */
    public static LoginRefusedException invalidPassword(String user) {
        return of(PgError.of(SqlState.INVALID_PASSWORD, "password authentication failed for user \"" + user + "\""));
    }

    /**
     * The client's certificate does not let it in as this user: 28000, in the server's words.
     *
     * @param user who wanted to log in
     * @return the refusal
     */
    public static LoginRefusedException invalidCertificate(String user) {
        return of(PgError.of(
                SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                "certificate authentication failed for user \"" + user + "\""));
    }

    /**
     * Any other way to find out has failed: 28000.
     *
     * @param user who wanted to log in
     * @return the refusal
     */
    public static LoginRefusedException notAuthenticated(String user) {
        return of(PgError.of(
                SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "authentication failed for user \"" + user + "\""));
    }

    /**
     * A refusal with a text of its own: for what betrays nothing of any user.
     *
     * @param error what the client is told, as FATAL
     * @return the refusal
     */
    public static LoginRefusedException of(PgError error) {
        return new LoginRefusedException(error);
    }

    /**
     * What the client is told.
     *
     * @return a FATAL error
     */
    public PgError error() {
        return error;
    }
}
