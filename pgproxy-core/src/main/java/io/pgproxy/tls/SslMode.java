package io.pgproxy.tls;

import java.util.Locale;

/**
 * How much of the encryption to an upstream is insisted on, in libpq's words ("SSL Support" in the chapter on libpq of
 * the PostgreSQL manual). Its {@code allow} is missing: it encrypts only after a refusal.
 */
public enum SslMode {
    /** None. */
    DISABLE,
    /** If the server can; nobody finds out whether it is the right one. */
    PREFER,
    /**
     * Always; whoever can stand between the proxy and the server can still read along, unless authorities are given:
     * then as {@link #VERIFY_CA}, as with libpq.
     */
    REQUIRE,
    /** Always, with a certificate of a known authority. */
    VERIFY_CA,
    /** Always, with a certificate of a known authority for the host's name or address. */
    VERIFY_FULL;

    /** {@return the mode in libpq's spelling} */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads libpq's spelling.
     *
     * @param word such as {@code verify-full}
     * @return the mode
     * @throws IllegalArgumentException if there is none of that name
     */
    public static SslMode of(String word) {
        for (SslMode mode : values()) {
            if (mode.word().equals(word)) {
                return mode;
            }
        }
        throw new IllegalArgumentException(
                "no sslmode \"" + word + "\"; there are disable, prefer, require, verify-ca and verify-full");
    }
}
