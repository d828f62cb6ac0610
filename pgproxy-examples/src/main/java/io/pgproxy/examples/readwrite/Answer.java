package io.pgproxy.examples.readwrite;

import java.util.Optional;

/** What a server says of itself when it is asked at the start. */
sealed interface Answer {
    /**
     * Nothing that is of use.
     *
     * @param reason in one line, without secrets
     */
    record Away(String reason) implements Answer {}

    /**
     * That it is there.
     *
     * @param takesWrites whether it is not in recovery
     * @param system which cluster it is one of: standbys have that of the server they follow; empty if it does not tell
     */
    record There(boolean takesWrites, Optional<String> system) implements Answer {}
}
