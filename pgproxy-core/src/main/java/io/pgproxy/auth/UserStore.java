package io.pgproxy.auth;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Where users are found. Called on event loops: what blocks belongs on the workers. Thread-safe.
 *
 * <p>A store that fails (its stage completes exceptionally, or it throws) lets nobody in; the cause is logged by its
 * class alone. Whatever is found decides: there is no fallback.
 */
@FunctionalInterface
public interface UserStore {
    /**
     * Finds a user.
     *
     * @param user the name that a client has given, which may be anything: never put it into a text that is SQL
     * @param database the database that the client asks for
     * @param workers threads of the server that may block, see {@link Login#workers}
     * @return the user of exactly this name, empty if there is none; from any thread
     */
    CompletionStage<Optional<User>> find(String user, String database, Executor workers);
}
