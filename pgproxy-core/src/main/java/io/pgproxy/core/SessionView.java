package io.pgproxy.core;

import java.net.SocketAddress;
import java.time.Instant;
import java.util.Set;

/**
 * A client as it was a moment ago. It has no text, and nothing secret.
 *
 * @param id unique within the server, as in its logs
 * @param user who it logged in as, or wants to; empty before it has said so
 * @param database the database it asked for; empty before it has said so
 * @param application what it called itself when it connected, or an empty string
 * @param client where it is; a {@link LocalClient} if it came without a network
 * @param encrypted whether its connection is
 * @param state what it does
 * @param upstreamPid the process of its upstream, which it sees as its own unless it shares connections; 0 while there
 *     is none
 * @param connected since when
 * @param pins why it keeps a connection that it would share otherwise: it listens ({@code LISTEN}), has temporary
 *     objects ({@code TEMPORARY}), a cursor WITH HOLD ({@code CURSOR}), an advisory lock ({@code LOCK}), has changed
 *     something that cannot be seen ({@code UNTRACKED}) or that nobody knows the name of ({@code SETTING}), has
 *     prepared a statement too long to be remembered ({@code STATEMENT}), or has left what no reset undoes
 *     ({@code TAINT}); empty if it keeps none
 * @param exchanges how many exchanges have ended: Queries, batches up to Sync, FunctionCalls
 */
public record SessionView(
        long id,
        String user,
        String database,
        String application,
        SocketAddress client,
        boolean encrypted,
        State state,
        int upstreamPid,
        Instant connected,
        Set<String> pins,
        long exchanges) {
    /** What a client does. */
    public enum State {
        /** It has not logged in. */
        LOGIN,
        /** Nothing, outside a transaction. */
        IDLE,
        /** It waits for an answer. */
        ACTIVE,
        /** It waits for a connection of a pool. */
        WAITING,
        /** Nothing, within a transaction. */
        IDLE_IN_TRANSACTION,
        /** Nothing, within a transaction that has failed. */
        IDLE_IN_FAILED_TRANSACTION
    }
}
