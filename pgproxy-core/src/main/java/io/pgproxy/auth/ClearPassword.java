package io.pgproxy.auth;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A password kept as it is: for tests, and for files of others that have nothing better. A {@link ScramVerifier} made
 * of it serves as well, and betrays less.
 */
public final class ClearPassword implements Secret {
    private final char[] password;

    /** Of the last salt it was wanted for: one user has one salt. */
    private volatile @Nullable ScramVerifier verifier;

    private ClearPassword(char[] password) {
        this.password = password;
    }

    /**
     * Keeps a password.
     *
     * @param password copied; not empty
     * @return the secret
     * @throws IllegalArgumentException if it is empty
     */
    public static ClearPassword of(char[] password) {
        if (password.length == 0) {
            throw new IllegalArgumentException("an empty password lets nobody in");
        }
        return new ClearPassword(password.clone());
    }

    @Override
    public boolean matches(String user, Password candidate) {
        return candidate.isSame(password);
    }

    /** What SCRAM needs; milliseconds the first time. */
    ScramVerifier verifier(byte[] salt, int iterations) {
        ScramVerifier known = verifier;
        if (known == null || known.iterations() != iterations || !Arrays.equals(known.salt(), salt)) {
            known = ScramVerifier.of(password, salt, iterations);
            verifier = known;
        }
        return known;
    }

    /** What md5 needs. */
    Md5Hash md5(String user) {
        return Md5Hash.of(user, password);
    }

    /** Nothing of it. */
    @Override
    public String toString() {
        return "ClearPassword[]";
    }
}
