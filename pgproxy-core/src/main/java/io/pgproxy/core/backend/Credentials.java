package io.pgproxy.core.backend;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who the proxy is to an upstream that it logs in to by itself. Immutable; shows no secret.
 *
 * <p>Cleartext, md5, SCRAM-SHA-256 and SCRAM-SHA-256-PLUS are answered, whichever the upstream asks for. An empty
 * password is none, as in libpq.
 */
public final class Credentials {
    private final String user;
    private final char @Nullable [] password;
    private final @Nullable PasswordSource source;

    private Credentials(String user, char @Nullable [] password, @Nullable PasswordSource source) {
        this.user = Objects.requireNonNull(user, "user");
        this.password = password;
        this.source = source;
    }

    /**
     * A user with a password.
     *
     * @param user a role of the upstream
     * @param password copied; the caller may clear its own
     * @return the credentials
     */
    public static Credentials of(String user, char[] password) {
        return new Credentials(user, password.clone(), null);
    }

    /**
     * A user whose password changes, such as a token that is valid for minutes. It is asked for anew whenever a login
     * needs it. When there is none the client is refused (28000), and the class of the exception is logged.
     *
     * @param user a role of the upstream
     * @param supplier may block
     * @return the credentials
     */
    public static Credentials supplied(String user, PasswordSupplier supplier) {
        Objects.requireNonNull(supplier, "supplier");
        return new Credentials(user, null, login -> supplier.password());
    }

    /**
     * A user whose password is in a file of libpq's form ("The Password File" in its chapter of the PostgreSQL manual):
     * {@code hostname:port:database:username:password}, {@code *} for anything, backslashes before colons and
     * backslashes, comments behind {@code #} at the beginning of a line; in UTF-8. The first line that fits counts. For
     * a Unix domain socket the host is its directory, or {@code localhost} where libpq looks for it by itself.
     *
     * <p>It is read anew whenever a login needs it. If it cannot be read, if group or others have any access to it, or
     * if no line fits, the client is refused (28000), and the reason is logged.
     *
     * @param user a role of the upstream
     * @param file need not be there yet
     * @return the credentials
     */
    public static Credentials passfile(String user, Path file) {
        return new Credentials(user, null, new Passfile(file));
    }

    /**
     * A user whom the upstream trusts, or knows by the certificate that it is shown.
     *
     * @param user a role of the upstream
     * @return credentials that cannot answer a request for a password
     */
    public static Credentials trusted(String user) {
        return new Credentials(user, null, null);
    }

    /**
     * The role.
     *
     * @return its name
     */
    public String user() {
        return user;
    }

    /**
     * Finds the password for a login that another client than the proxy makes. May block.
     *
     * @param host where the login goes, as a passfile has it
     * @param port its port
     * @param database its database
     * @return to be cleared by the caller; null if there is none
     * @throws IOException if it cannot be found; the message holds no secret
     */
    public char @Nullable [] password(String host, int port, String database) throws IOException {
        if (source == null) {
            return password();
        }
        try {
            return source.find(new LoginTarget(host, port, database, user));
        } catch (PassfileException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while looking for the password of " + user);
        } catch (Exception e) { // its message may hold anything
            throw new IOException("no password for " + user + ": its supplier failed with "
                    + e.getClass().getName());
        }
    }

    /** A copy to be cleared by who asked for it; null if there is none, or it comes from elsewhere. */
    char @Nullable [] password() {
        return password == null ? null : password.clone();
    }

    /** Where else the password comes from; null if from nowhere. */
    @Nullable
    PasswordSource source() {
        return source;
    }

    /** Names the role only. */
    @Override
    public String toString() {
        return "Credentials[" + user + "]";
    }
}
