package io.pgproxy.core.internal.session;

import org.jspecify.annotations.Nullable;

/** Makes the steering of each session, once its login is over. Thread-safe. */
@FunctionalInterface
public interface SteeringFactory {
    /** Every session is transparent. */
    SteeringFactory TRANSPARENT = session -> null;

    /**
     * Makes a steering.
     *
     * @param session the session that begins to serve
     * @return its steering, or null to pass its messages on unseen
     */
    @Nullable
    Steering steer(ServingPhase session);
}
