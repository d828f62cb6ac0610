package io.pgproxy.metrics;

import io.pgproxy.core.Limit;
import io.pgproxy.hook.Outcome;
import io.pgproxy.pool.UpstreamPool;
import io.pgproxy.sql.StatementKind;

/**
 * Takes what a server measures of itself; {@link MicrometerMetrics} hands it to Micrometer. All methods do nothing
 * unless implemented.
 *
 * <p>Called on event loops, but for {@link #pooled} and {@link #unpooled}, by many at once: implementations are
 * thread-safe, block nothing, and allocate nothing if they can help it. One that throws ends the session in which it
 * was called. Times are in nanoseconds. No call has a text, a parameter or a value of a row.
 */
public interface ProxyMetrics {
    /** Takes nothing. */
    ProxyMetrics NONE = new ProxyMetrics() {};

    /**
     * Whether anybody takes anything: if not, nothing is measured for it.
     *
     * @return false for {@link #NONE} alone
     */
    default boolean isTaken() {
        return this != NONE;
    }

    /** A client has connected. */
    default void connected() {}

    /** A client that had connected is gone. */
    default void disconnected() {}

    /**
     * A login is over, and the client may ask.
     *
     * @param nanos since it connected
     */
    default void loggedIn(long nanos) {}

    /** A session that had logged in is over. */
    default void loggedOut() {}

    /**
     * An execution has come to its end; once for each.
     *
     * @param kind of statement; UNKNOWN if its text was not understood, or could not be known
     * @param status how it ended
     * @param source who answered it
     * @param rows as in {@link Outcome}
     * @param bytes as in {@link Outcome}
     */
    default void executed(StatementKind kind, Outcome.Status status, Outcome.Source source, long rows, long bytes) {}

    /**
     * Where the time of an execution went; behind {@link #executed}, for those that were answered.
     *
     * @param kind of statement
     * @param queued it waited: for answers before it, for a verdict, for a connection
     * @param upstream from its way upstream to the end of its answer; 0 if it was not sent
     * @param proxy all the rest, from its arrival on: what the proxy and its hooks took
     */
    default void took(StatementKind kind, long queued, long upstream, long proxy) {}

    /**
     * A Query runs in a block of the proxy's own, so that a result of it can be cut off: the server sees two statements
     * more than the client has sent.
     */
    default void wrapped() {}

    /**
     * A client was told of an error, the server's or one of the proxy's own.
     *
     * @param sqlState five characters
     */
    default void failed(String sqlState) {}

    /**
     * Somebody was over a limit.
     *
     * @param limit which
     */
    default void limited(Limit limit) {}

    /**
     * A hook was asked; only while somebody {@linkplain #isTaken takes} it.
     *
     * @param hook the name under which it is registered
     * @param stage in lower case, as admit
     * @param nanos until it had answered, or said that it will later
     */
    default void asked(String hook, String stage, long nanos) {}

    /** A client's message waits: for answers before it, or for a verdict. */
    default void deferred() {}

    /** The proxy has stopped to read from one side because the other is slow. */
    default void paused() {}

    /**
     * A server starts, and clients share the connections of an upstream; once for each such upstream. Called by who
     * starts the server, which does not start if this throws.
     *
     * @param pool can be asked for a view from any thread, until it is {@link #unpooled}
     */
    default void pooled(UpstreamPool pool) {}

    /**
     * The server of a pool is closed, or could not be started. Called by who closes it.
     *
     * @param pool that was {@link #pooled}
     */
    default void unpooled(UpstreamPool pool) {}
}
