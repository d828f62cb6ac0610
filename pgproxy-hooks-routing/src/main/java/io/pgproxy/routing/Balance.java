package io.pgproxy.routing;

/** Which of several readers a read goes to. Weights count with each. */
public enum Balance {
    /** One after the other, spread as evenly as weights allow. */
    ROUND_ROBIN,
    /** By chance. */
    RANDOM,
    /** The one that has the fewest exchanges in flight. */
    LEAST_CONNECTIONS
}
