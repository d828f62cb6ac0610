package io.pgproxy.routing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something has changed. */
public sealed interface TopologyEvent {
    /**
     * A node has failed, or was reported, and gets nothing until it has answered again.
     *
     * @param node its name
     * @param pause until it is asked again
     * @param reason in one line, without secrets
     */
    record Banned(String node, Duration pause, String reason) implements TopologyEvent {}

    /**
     * A node has answered again.
     *
     * @param node its name
     */
    record Returned(String node) implements TopologyEvent {}

    /**
     * Another node takes writes now.
     *
     * @param from the name of the one before; null for the first
     * @param to the name of the new one
     */
    record WriterChanged(@Nullable String from, String to) implements TopologyEvent {}

    /**
     * A second node takes writes; nothing is sent to it. Told once, until it is in recovery again.
     *
     * @param writer the name of the one that stays the writer
     * @param other the name of the second
     */
    record SplitBrain(String writer, String other) implements TopologyEvent {}
}
