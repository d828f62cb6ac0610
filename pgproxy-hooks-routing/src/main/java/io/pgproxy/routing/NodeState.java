package io.pgproxy.routing;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a node at a moment.
 *
 * @param node the node
 * @param standing what it is now
 * @param lagBytes how much of the writer's WAL it has not replayed, in bytes; empty if that is not known, as for a
 *     writer
 * @param receiveLagBytes how much of it has not even come; empty likewise
 * @param lag how old what it shows is; empty if that is not known, as while the writer is away
 * @param age how long ago it was last asked; empty if it never answered
 */
public record NodeState(
        Node node,
        Standing standing,
        OptionalLong lagBytes,
        OptionalLong receiveLagBytes,
        Optional<Duration> lag,
        Optional<Duration> age) {

    /** What a node is now. */
    public enum Standing {
        /** It takes writes, and gets them. */
        WRITER,
        /** It is in recovery, so that it may be read. */
        READER,
        /** It takes writes and is not the writer: nothing is sent there. */
        SPLIT,
        /** It has failed, and is asked again later. */
        BANNED
    }
}
