package io.pgproxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;

/**
 * Verifiers for users that are not there, or have none: the same for a name each time, for salt and iterations are
 * shown before a proof is asked for. See {@code mock_scram_secret} in the server's auth-scram.c.
 */
final class MockVerifiers {
    private final byte[] secret;
    private final int iterations;

    MockVerifiers(byte[] secret, int iterations) {
        this.secret = secret.clone();
        this.iterations = iterations;
    }

    static MockVerifiers random(int iterations) {
        byte[] secret = new byte[HmacSha256.LENGTH];
        new SecureRandom().nextBytes(secret);
        return new MockVerifiers(secret, iterations);
    }

    MockVerifiers withIterations(int other) {
        return new MockVerifiers(secret, other);
    }

    int iterations() {
        return iterations;
    }

    byte[] salt(String user) {
        byte[] salt = new byte[ScramVerifier.SALT_LENGTH];
        System.arraycopy(derived(user, "salt"), 0, salt, 0, salt.length);
        return salt;
    }

    ScramVerifier verifier(String user) {
        return doomed(user, salt(user), iterations);
    }

    /** Looks like the user's own, and lets nobody in: for one that is not valid any more. */
    ScramVerifier doomed(String user, byte[] salt, int rounds) {
        return ScramVerifier.withoutPassword(salt, rounds, derived(user, "stored key"), derived(user, "server key"));
    }

    private byte[] derived(String user, String use) {
        return HmacSha256.hmac(secret, use.getBytes(UTF_8), new byte[1], user.getBytes(UTF_8));
    }
}
