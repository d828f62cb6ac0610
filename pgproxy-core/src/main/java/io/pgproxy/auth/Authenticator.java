package io.pgproxy.auth;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Finds out who a client is. Called on the client's event loop, once for each login, below the login deadline; it must
 * not block. Thread-safe.
 *
 * <p>The stage it returns completes with the {@link Identity} of the session, or exceptionally with a
 * {@link LoginRefusedException}, from any thread. If it throws, or the stage fails with anything else, the client is
 * refused with 28000 and no detail, and the class of the cause is logged. When the client goes or the deadline is over
 * the stage is no longer looked at, and cancelled if it is a {@link CompletableFuture}.
 *
 * <p>Refusals are delayed: see {@link LoginThrottle}.
 */
@FunctionalInterface
public interface Authenticator {
    /**
     * Finds out who a client is.
     *
     * @param login the client, and what it can be asked
     * @return who it is
     */
    CompletionStage<Identity> authenticate(Login login);

    /**
     * Whether a client that has logged in would still be let in: asked now and then as long as its session lives
     * ({@link AuthenticationOptions#recheck}). So who is removed does not stay for as long as its connection does.
     *
     * @param user as whom the client has asked to be let in
     * @param database what it has asked for
     * @param workers for what blocks, as {@link Login#workers}
     * @return false ends the session with 57P01, as soon as nothing is in the way; if the stage fails the session goes
     *     on, and the class of the failure is logged
     */
    default CompletionStage<Boolean> isStillValid(String user, String database, Executor workers) {
        return CompletableFuture.completedFuture(true);
    }

    /**
     * Believes everybody. The upstream has to trust the proxy, or be logged in to with credentials of its own.
     *
     * @return asks nothing
     */
    static Authenticator trust() {
        return login -> CompletableFuture.completedFuture(Identity.of(login));
    }

    /**
     * Asks for the password as it is, and lets something that may block decide: on one of {@link Login#workers}, so
     * what takes seconds keeps other logins waiting.
     *
     * @param check decides
     * @return asks by {@link Login#password}
     */
    static Authenticator blocking(PasswordCheck check) {
        return login -> BlockingCheck.run(check, login, login.workers());
    }

    /**
     * Asks for the password as it is, and lets something that may block for long decide, on threads of the host's.
     *
     * @param check decides
     * @param threads where it runs; one that rejects it refuses the client with 53300
     * @return asks by {@link Login#password}
     */
    static Authenticator blocking(PasswordCheck check, Executor threads) {
        return login -> BlockingCheck.run(check, login, threads);
    }
}
