package io.pgproxy.core.internal.session;

import io.pgproxy.auth.Identity;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.startup.StartupMessage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a session asks about itself: whom it may connect, what it asks the upstream for, and who decides about its
 * messages. All calls on the session's event loop; nothing of it blocks.
 */
public interface SessionGuard {
    /**
     * Whether its steering watches answers and settings.
     *
     * @return false for a session whose bytes pass unseen
     */
    default boolean watches() {
        return true;
    }

    /**
     * Whether its messages are decided on one by one, and leave in pieces that are put together.
     *
     * @return false for one whose messages mostly pass where they stand
     */
    default boolean cutsMessages() {
        return watches();
    }

    /**
     * The proxy itself has found out who the client is; called before {@link #connected}, if at all.
     *
     * @param identity what is known
     */
    default void identified(Identity identity) {}

    /**
     * The start-up packet has come.
     *
     * @param startup what the client asks for
     * @param go called once with what the upstream is to be asked for, now or later
     * @param refuse called instead of it
     */
    default void connected(StartupMessage startup, Consumer<StartupMessage> go, Consumer<PgError> refuse) {
        go.accept(startup);
    }

    /**
     * The upstream has reported a setting, in login or later.
     *
     * @param name the setting
     * @param value its value
     */
    default void reported(String name, String value) {}

    /**
     * The upstream is ready; the client has not been told.
     *
     * @param go called once when the client may go on, now or later
     * @param refuse called instead of it
     */
    default void authenticated(Runnable go, Consumer<PgError> refuse) {
        go.run();
    }

    /**
     * The session begins to serve.
     *
     * @param serving the phase
     * @return who decides about its messages, or null to pass them on unseen
     */
    @Nullable
    Steering steer(ServingPhase serving);

    /** The session is over. */
    default void closed() {}
}
