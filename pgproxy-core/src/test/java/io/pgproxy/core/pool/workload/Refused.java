package io.pgproxy.core.pool.workload;

import org.jspecify.annotations.Nullable;

/** An error that the server, or the proxy, has answered, whatever the driver makes of it. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    private final String state;
    private final String said;

    Refused(@Nullable String state, @Nullable String message, @Nullable String detail) {
        super(state + " " + message + (detail == null ? "" : ": " + detail));
        this.state = String.valueOf(state);
        this.said = message + "\n" + detail;
    }

    /** The SQLSTATE. */
    String state() {
        return state;
    }

    /** Whether the message or its detail has a text in it. */
    boolean mentions(String text) {
        return said.contains(text);
    }
}
