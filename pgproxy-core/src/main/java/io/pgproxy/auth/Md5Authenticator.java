package io.pgproxy.auth;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Asks for an md5 answer: for clients that know nothing better. md5 is broken; who listens can try passwords fast, and
 * who steals the store needs none. Users of whom the store has a SCRAM verifier or another hash cannot log in by it,
 * and are refused as unknown ones are. Immutable.
 */
public final class Md5Authenticator implements Authenticator {
    private final UserStore store;
    private final Md5Hash nobody;

    private Md5Authenticator(UserStore store) {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        this.store = store;
        this.nobody = Md5Hash.parse("md5" + HexFormat.of().formatHex(random));
    }

    /**
     * Checks against a store of md5 hashes or passwords.
     *
     * @param store where users are found
     * @return the authenticator
     */
    public static Md5Authenticator of(UserStore store) {
        return new Md5Authenticator(store);
    }

    @Override
    public CompletionStage<Boolean> isStillValid(String user, String database, Executor workers) {
        return store.find(user, database, workers)
                .thenApply(found -> found.filter(User::isValid).isPresent());
    }

    @Override
    public CompletionStage<Identity> authenticate(Login login) {
        return store.find(login.user(), login.database(), login.workers())
                .thenCompose(found -> login.md5(expected(found, login)).thenApply(proven -> identity(found, proven)));
    }

    private Md5Hash expected(Optional<User> found, Login login) {
        User user = KnownUser.of(found, login);
        Secret secret = user == null || !user.isValid() ? null : user.secret();
        if (secret instanceof Md5Hash hash) {
            return hash;
        }
        return secret instanceof ClearPassword clear ? clear.md5(login.user()) : nobody;
    }

    private static Identity identity(Optional<User> found, Login login) {
        User user = KnownUser.of(found, login);
        if (user == null || !user.isValid()) {
            throw LoginRefusedException.invalidPassword(login.user());
        }
        return Identity.of(login, user);
    }
}
