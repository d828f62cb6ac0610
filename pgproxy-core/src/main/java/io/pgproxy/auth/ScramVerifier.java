package io.pgproxy.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * What a server keeps to let a user in by SCRAM-SHA-256: it can check a proof, and cannot make one. Whoever steals it
 * can try passwords, and can play the server to its user.
 *
 * <p>See RFC 5802 and RFC 7677, and "SCRAM-SHA-256 Authentication" in the PostgreSQL manual.
 */
public final class ScramVerifier implements Secret {
    /** The fewest rounds of hashing that are accepted: RFC 7677 asks for no less. */
    public static final int LEAST_ITERATIONS = 4_096;

    static final String PREFIX = "SCRAM-SHA-256$";

    /** As many as the server takes. */
    static final int SALT_LENGTH = 16;

    private static final int MOST_ITERATIONS = 10_000_000;
    private static final int LONGEST_SALT = 256;
    private static final byte[] CLIENT_KEY = "Client Key".getBytes(US_ASCII);
    private static final byte[] SERVER_KEY = "Server Key".getBytes(US_ASCII);

    private final byte[] salt;
    private final int iterations;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private ScramVerifier(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
        if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
            throw new IllegalArgumentException("not a number of SCRAM iterations: " + iterations);
        }
        if (salt.length == 0 || salt.length > LONGEST_SALT) {
            throw new IllegalArgumentException("not a salt: " + salt.length + " bytes");
        }
        this.salt = salt;
        this.iterations = iterations;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    /**
     * Makes a verifier with a new salt and {@link #LEAST_ITERATIONS}. Takes milliseconds.
     *
     * @param password left as it is; normalised by SASLprep
     * @return the verifier
     */
    public static ScramVerifier of(char[] password) {
        byte[] salt = new byte[SALT_LENGTH];
        new SecureRandom().nextBytes(salt);
        return of(password, salt, LEAST_ITERATIONS);
    }

    /**
     * Makes a verifier. Takes milliseconds for each 4,096 iterations.
     *
     * @param password left as it is; normalised by SASLprep
     * @param salt copied
     * @param iterations at least {@link #LEAST_ITERATIONS}
     * @return the verifier
     * @throws IllegalArgumentException if the salt is empty, or the iterations are too few or more than 10 million
     */
    public static ScramVerifier of(char[] password, byte[] salt, int iterations) {
        byte[] prepared = PreparedPassword.of(password);
        byte[] salted = HmacSha256.hi(prepared, salt, iterations);
        Arrays.fill(prepared, (byte) 0);
        return new ScramVerifier(
                salt.clone(),
                iterations,
                HmacSha256.hash(HmacSha256.hmac(salted, CLIENT_KEY)),
                HmacSha256.hmac(salted, SERVER_KEY));
    }

    /** A verifier that no proof fits: to find one would mean to find what hashes to a given value. */
    static ScramVerifier withoutPassword(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
        return new ScramVerifier(salt, iterations, storedKey, serverKey);
    }

    /**
     * Reads the server's form: {@code SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>}, all but the number in
     * base 64.
     *
     * @param text as in pg_authid.rolpassword
     * @return the verifier
     * @throws IllegalArgumentException if it is something else, or has too few iterations; without the text
     */
    public static ScramVerifier parse(String text) {
        String[] parts = text.split("[$:]", -1);
        if (!text.matches("SCRAM-SHA-256\\$[0-9]{1,8}:[^$:]+\\$[^$:]+:[^$:]+")) {
            throw malformed();
        }
        byte[] stored = decode(parts[3]);
        byte[] server = decode(parts[4]);
        if (stored.length != HmacSha256.LENGTH || server.length != HmacSha256.LENGTH) {
            throw malformed();
        }
        return new ScramVerifier(decode(parts[2]), Integer.parseInt(parts[1]), stored, server);
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("not a SCRAM-SHA-256 verifier");
    }

    /**
     * The server's form, as {@link #parse} reads it. To be kept as a secret is.
     *
     * @return the text
     */
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        return PREFIX + iterations + ":" + base64.encodeToString(salt) + "$" + base64.encodeToString(storedKey) + ":"
                + base64.encodeToString(serverKey);
    }

    /**
     * What the client is told to hash its password with.
     *
     * @return a copy
     */
    public byte[] salt() {
        return salt.clone();
    }

    /**
     * How often the client is told to hash.
     *
     * @return the number of rounds
     */
    public int iterations() {
        return iterations;
    }

    /**
     * Whether a client has proven that it knows the password. Takes the same time whatever the proof is.
     *
     * @param authMessage what both sides have said, as RFC 5802 puts it together
     * @param proof ClientProof, of any length
     * @return whether it is right
     */
    public boolean isProvenBy(byte[] authMessage, byte[] proof) {
        byte[] clientKey = HmacSha256.hmac(storedKey, authMessage);
        for (int i = 0; i < clientKey.length; i++) {
            clientKey[i] ^= i < proof.length ? proof[i] : 0;
        }
        boolean same = MessageDigest.isEqual(HmacSha256.hash(clientKey), storedKey);
        Arrays.fill(clientKey, (byte) 0); // with it one could log in
        return same && proof.length == HmacSha256.LENGTH;
    }

    /**
     * The server's own proof.
     *
     * @param authMessage what both sides have said, as RFC 5802 puts it together
     * @return ServerSignature
     */
    public byte[] serverSignature(byte[] authMessage) {
        return HmacSha256.hmac(serverKey, authMessage);
    }

    @Override
    public boolean matches(String user, Password password) {
        byte[] sent = password.toByteArray();
        byte[] prepared = PreparedPassword.of(sent);
        byte[] salted = HmacSha256.hi(prepared, salt, iterations);
        Arrays.fill(sent, (byte) 0);
        Arrays.fill(prepared, (byte) 0);
        return MessageDigest.isEqual(HmacSha256.hash(HmacSha256.hmac(salted, CLIENT_KEY)), storedKey);
    }

    /** The number of iterations alone. */
    @Override
    public String toString() {
        return "ScramVerifier[iterations=" + iterations + "]";
    }
}
