package io.pgproxy.auth;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What is kept of a user's password. Immutable and thread-safe; shows nothing secret in {@code toString}.
 *
 * <p>See "Password Authentication" in the chapter on client authentication of the PostgreSQL manual, and
 * pg_authid.rolpassword.
 */
public sealed interface Secret permits ScramVerifier, Md5Hash, ClearPassword, PasswordHash {
    /** As the server tells them apart: {@code get_password_type} in its crypt.c. */
    Pattern MD5 = Pattern.compile("md5[0-9a-f]{32}");

    /**
     * Whether a password is the user's. Takes up to a tenth of a second: not for event loops.
     *
     * @param user the name, which md5 hashes
     * @param password what the client has sent
     * @return whether it is the right one
     */
    boolean matches(String user, Password password);

    /**
     * Reads what PostgreSQL and pgbouncer keep: a SCRAM verifier, an md5 hash, or else the password itself.
     *
     * @param text as in pg_authid.rolpassword or pgbouncer's auth_file
     * @return the secret
     * @throws IllegalArgumentException if it begins as a SCRAM verifier and is none, or is empty; without the text
     */
    static Secret parse(String text) {
        if (text.startsWith(ScramVerifier.PREFIX)) {
            return ScramVerifier.parse(text);
        }
        String lower = text.toLowerCase(Locale.ROOT);
        return MD5.matcher(lower).matches() ? Md5Hash.parse(lower) : ClearPassword.of(text.toCharArray());
    }
}
