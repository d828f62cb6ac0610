package io.pgproxy.auth;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Asks for SCRAM-SHA-256, and for SCRAM-SHA-256-PLUS where the connection has channel binding: the password does not
 * cross the wire, and both sides prove that they know it.
 *
 * <p>A user that is not there, has no password, an md5 hash, or a password that is not valid any more, goes through the
 * same exchange and is refused at its end. Salt and iterations that such a user is shown are always the same for a
 * name. Immutable.
 */
public final class ScramAuthenticator implements Authenticator {
    private final UserStore store;
    private final MockVerifiers mocks;

    private ScramAuthenticator(UserStore store, MockVerifiers mocks) {
        this.store = store;
        this.mocks = mocks;
    }

    /**
     * Checks against a store of SCRAM verifiers or passwords.
     *
     * @param store where users are found
     * @return an authenticator that shows unknown users 4,096 iterations, and salts of its own
     */
    public static ScramAuthenticator of(UserStore store) {
        return new ScramAuthenticator(store, MockVerifiers.random(ScramVerifier.LEAST_ITERATIONS));
    }

    /**
     * Shows unknown users as many iterations as the others have.
     *
     * @param iterations at least {@link ScramVerifier#LEAST_ITERATIONS}
     * @return a changed copy
     * @throws IllegalArgumentException if these are too few
     */
    public ScramAuthenticator withIterations(int iterations) {
        if (iterations < ScramVerifier.LEAST_ITERATIONS) {
            throw new IllegalArgumentException("not a number of SCRAM iterations: " + iterations);
        }
        return new ScramAuthenticator(store, mocks.withIterations(iterations));
    }

    /**
     * Makes the salts of unknown users from a secret of the host's: then they stay the same when the process starts
     * anew, and are the same in all of several proxies.
     *
     * @param secret at least 16 random bytes; copied
     * @return a changed copy
     * @throws IllegalArgumentException if it is shorter
     */
    public ScramAuthenticator withMockSecret(byte[] secret) {
        if (secret.length < 16) {
            throw new IllegalArgumentException("the secret for unknown users is too short");
        }
        return new ScramAuthenticator(store, new MockVerifiers(secret, mocks.iterations()));
    }

    @Override
    public CompletionStage<Boolean> isStillValid(String user, String database, Executor workers) {
        return store.find(user, database, workers)
                .thenApply(found -> found.filter(User::isValid).isPresent());
    }

    @Override
    public CompletionStage<Identity> authenticate(Login login) {
        return store.find(login.user(), login.database(), login.workers())
                .thenCompose(found ->
                        verifier(found, login).thenCompose(login::scram).thenApply(proven -> identity(found, proven)));
    }

    /** The mock is made in any case: it takes microseconds, and these could be seen. */
    private CompletionStage<ScramVerifier> verifier(Optional<User> found, Login login) {
        User user = KnownUser.of(found, login);
        Secret secret = user == null ? null : user.secret();
        boolean valid = user != null && user.isValid();
        byte[] salt = mocks.salt(login.user());
        if (secret instanceof ClearPassword clear && valid) {
            return CompletableFuture.supplyAsync(() -> clear.verifier(salt, mocks.iterations()), login.workers());
        }
        ScramVerifier known = secret instanceof ScramVerifier verifier ? verifier : null;
        ScramVerifier mock = known == null
                ? mocks.doomed(login.user(), salt, mocks.iterations())
                : mocks.doomed(login.user(), known.salt(), known.iterations());
        return CompletableFuture.completedFuture(known != null && valid ? known : mock);
    }

    private static Identity identity(Optional<User> found, Login login) {
        User user = KnownUser.of(found, login);
        if (user == null || !user.isValid()) {
            throw LoginRefusedException.invalidPassword(login.user());
        }
        return Identity.of(login, user);
    }
}
