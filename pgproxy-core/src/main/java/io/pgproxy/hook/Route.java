package io.pgproxy.hook;

import java.util.List;

/** Where an exchange goes. Upstreams go by the names they were given to the builder of the server. */
public sealed interface Route {
    /**
     * To this one.
     *
     * @param upstream its name
     */
    record One(String upstream) implements Route {}

    /**
     * To one of these.
     *
     * @param upstreams their names
     * @param pick which
     */
    record AnyOf(List<String> upstreams, Pick pick) implements Route {
        /**
         * Copies the names.
         *
         * @param upstreams at least one
         * @param pick which
         */
        public AnyOf {
            upstreams = List.copyOf(upstreams);
            if (upstreams.isEmpty()) {
                throw new IllegalArgumentException("no upstream to pick from");
            }
        }
    }

    /** How one of several is chosen. */
    enum Pick {
        /** One after the other. */
        ROUND_ROBIN,
        /** By chance. */
        RANDOM,
        /** The one with the fewest sessions of this server. */
        LEAST_CONNECTIONS,
        /** The first of them; the others are for when it cannot be reached. */
        IN_ORDER
    }
}
