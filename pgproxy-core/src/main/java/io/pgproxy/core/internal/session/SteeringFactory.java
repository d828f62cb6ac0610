package io.pgproxy.core.internal.session;

import org.jspecify.annotations.Nullable;

/** Makes the steering of each session. Thread-safe. */
@FunctionalInterface
public interface SteeringFactory {
    /** Every session is transparent. */
    SteeringFactory TRANSPARENT = session -> null;

    /**
     * Makes a steering, once a login is over.
     *
     * @param session the session that begins to serve
     * @return its steering, or null to pass its messages on unseen
     */
    @Nullable
    Steering steer(ServingPhase session);

    /**
     * What a session asks about itself, from its start-up packet on.
     *
     * @param session the session
     * @return a guard that lets everybody in, and leaves it to {@link #steer}
     */
    default SessionGuard guard(Session session) {
        return this == TRANSPARENT ? new Unwatched() : this::steer;
    }

    /** Of a transparent session. */
    final class Unwatched implements SessionGuard {
        private Unwatched() {}

        @Override
        public boolean watches() {
            return false;
        }

        @Override
        public @Nullable Steering steer(ServingPhase serving) {
            return null;
        }
    }
}
