package io.pgproxy.auth;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An Argon2id hash (RFC 9106): the form for stores that keep other people's passwords. It serves cleartext passwords
 * alone, for md5 and SCRAM need a form of their own.
 *
 * <p>Making and checking one takes 19 MiB and some tens of milliseconds with the default parameters, which are those
 * that OWASP recommends. It needs Bouncy Castle ({@code org.bouncycastle:bcprov-jdk18on}) on the class path or module
 * path; without it these two throw {@link NoClassDefFoundError}.
 */
public final class PasswordHash implements Secret {
    private static final Pattern PHC =
            Pattern.compile("\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,2})"
                    + "\\$([A-Za-z0-9+/]{1,86})\\$([A-Za-z0-9+/]{1,86})");
    private static final int MEMORY = 19 * 1_024;
    private static final int ITERATIONS = 2;
    private static final int SALT = 16;
    private static final int HASH = 32;

    /** Who checks a hash pays for it: what a store holds must not be able to ask for more than this. */
    private static final int MOST_MEMORY = 256 * 1_024;

    private static final int MOST_ITERATIONS = 16;
    private static final int MOST_LANES = 8;

    private final int memory;
    private final int iterations;
    private final int lanes;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int memory, int iterations, int lanes, byte[] salt, byte[] hash) {
        if (lanes < 1
                || lanes > MOST_LANES
                || iterations < 1
                || iterations > MOST_ITERATIONS
                || memory < 8 * lanes
                || memory > MOST_MEMORY) {
            throw new IllegalArgumentException("Argon2 parameters out of bounds: m=" + memory + ",t=" + iterations
                    + ",p=" + lanes + "; at most m=" + MOST_MEMORY + ",t=" + MOST_ITERATIONS + ",p=" + MOST_LANES);
        }
        if (salt.length < 8 || hash.length < SALT) {
            throw new IllegalArgumentException("Argon2 salt or hash too short");
        }
        this.memory = memory;
        this.iterations = iterations;
        this.lanes = lanes;
        this.salt = salt;
        this.hash = hash;
    }

    /**
     * Hashes a password with a new salt, 19 MiB, 2 iterations and 1 lane.
     *
     * @param password left as it is
     * @return the hash
     */
    public static PasswordHash of(char[] password) {
        byte[] salt = new byte[SALT];
        new SecureRandom().nextBytes(salt);
        byte[] bytes = PreparedPassword.encode(password);
        byte[] hash = Argon2.id(bytes, salt, MEMORY, ITERATIONS, 1, HASH);
        Arrays.fill(bytes, (byte) 0);
        return new PasswordHash(MEMORY, ITERATIONS, 1, salt, hash);
    }

    /**
     * Reads the PHC string form, {@code $argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>}.
     *
     * @param text salt and hash in base 64 without padding
     * @return the hash
     * @throws IllegalArgumentException if it is something else, or asks for more than 256 MiB, 16 iterations or 8
     *     lanes; without the text
     */
    public static PasswordHash parse(String text) {
        Matcher parts = PHC.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not an Argon2id hash in PHC string form");
        }
        return new PasswordHash(
                Integer.parseInt(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                Integer.parseInt(parts.group(3)),
                decode(parts.group(4)),
                decode(parts.group(5)));
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an Argon2id hash in PHC string form");
        }
    }

    /**
     * The PHC string form, as {@link #parse} reads it. To be kept as a secret is.
     *
     * @return the text
     */
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memory + ",t=" + iterations + ",p=" + lanes + "$" + base64.encodeToString(salt)
                + "$" + base64.encodeToString(hash);
    }

    @Override
    public boolean matches(String user, Password password) {
        byte[] bytes = password.toByteArray();
        byte[] other = Argon2.id(bytes, salt, memory, iterations, lanes, hash.length);
        Arrays.fill(bytes, (byte) 0);
        return MessageDigest.isEqual(hash, other);
    }

    /** The parameters alone. */
    @Override
    public String toString() {
        return "PasswordHash[m=" + memory + ",t=" + iterations + ",p=" + lanes + "]";
    }
}
