package io.pgproxy.auth;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Asks for the password as it is, and compares it with whatever the store keeps. The password crosses the wire: see
 * {@link Login#password} for what that needs.
 *
 * <p>A user that is not there, has no password, or none that is valid, is refused as one who mistypes it, after the
 * same work: the decoy is checked instead. Immutable.
 */
public final class CleartextAuthenticator implements Authenticator {
    private final UserStore store;
    private final Secret decoy;

    private CleartextAuthenticator(UserStore store, Secret decoy) {
        this.store = store;
        this.decoy = decoy;
    }

    /**
     * Checks against a store of SCRAM verifiers.
     *
     * @param store where users are found
     * @return an authenticator whose decoy is a SCRAM verifier of {@link ScramVerifier#LEAST_ITERATIONS}
     */
    public static CleartextAuthenticator of(UserStore store) {
        MockVerifiers mocks = MockVerifiers.random(ScramVerifier.LEAST_ITERATIONS);
        return new CleartextAuthenticator(store, mocks.verifier(""));
    }

    /**
     * Checks a secret of this kind for users that are not there: to be set where the store keeps
     * {@link PasswordHash}es, or verifiers of more iterations.
     *
     * @param secret of any password that nobody knows
     * @return a changed copy
     */
    public CleartextAuthenticator withDecoy(Secret secret) {
        return new CleartextAuthenticator(store, secret);
    }

    @Override
    public CompletionStage<Boolean> isStillValid(String user, String database, Executor workers) {
        return store.find(user, database, workers)
                .thenApply(found -> found.filter(User::isValid).isPresent());
    }

    @Override
    public CompletionStage<Identity> authenticate(Login login) {
        return login.password()
                .thenCompose(password -> store.find(login.user(), login.database(), login.workers())
                        .thenApplyAsync(found -> check(login, found, password), login.workers()));
    }

    private Identity check(Login login, Optional<User> found, Password password) {
        try {
            User user = KnownUser.of(found, login);
            Secret secret = user == null ? null : user.secret();
            boolean right = secret != null && secret.matches(login.user(), password);
            if (!(secret instanceof ScramVerifier || secret instanceof PasswordHash)) {
                right &= !decoy.matches(login.user(), password); // for the work; nobody knows its password
            }
            if (user == null || !right || !user.isValid()) {
                throw LoginRefusedException.invalidPassword(login.user());
            }
            return Identity.of(login, user);
        } finally {
            password.clear();
        }
    }
}
