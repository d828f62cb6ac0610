package io.pgproxy.hook;

import io.pgproxy.protocol.PgError;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an execution ended.
 *
 * @param status in one word
 * @param source who answered it
 * @param upstreams the names of those that it was sent to; none if it was not
 * @param rows how many rows the client was sent, or how many the command tag counts if none were
 * @param bytes how many bytes of its answer the client was sent: rows or COPY data and what stands around them, message
 *     headers included; in the extended protocol the answer to Execute
 * @param waited from its message to its way upstream: hooks, queues, a connection of a pool
 * @param ran from there to its end; for a suspended portal all its parts together
 * @param error what the client was told; null if it succeeded
 * @param decidedBy the name of the hook that refused or answered it, or an empty string
 */
public record Outcome(
        Status status,
        Source source,
        List<String> upstreams,
        long rows,
        long bytes,
        Duration waited,
        Duration ran,
        @Nullable PgError error,
        String decidedBy) {
    /** In one word. */
    public enum Status {
        /** It ran to its end, or as far as the client wanted: a suspended portal that goes. */
        SUCCEEDED,
        /** The upstream, a limit or a transform ended it with an error. */
        FAILED,
        /** A hook refused it: nothing of it ran. */
        REFUSED,
        /** Something before it in its batch failed. */
        SKIPPED,
        /** The client cancelled it. */
        CANCELLED,
        /** It never ran, and its portal went; or the session went while it ran. */
        ABANDONED
    }

    /** Who answered. */
    public enum Source {
        /** An upstream. */
        UPSTREAM,
        /** A recording. */
        CACHE,
        /** The proxy: its own answer, or a refusal. */
        PROXY
    }
}
