package io.pgproxy.core.internal.pool;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import org.jspecify.annotations.Nullable;

/** The answer to a client's Close of a statement: if it is skipped, the client has the statement still. */
final class CloseWatch implements AnswerOwner {
    private static final Interest CONFIRMED = Upstream.WATCHED.cut(BackendTag.CLOSE_COMPLETE);

    private final String name;
    private final @Nullable ClientStatement statement;
    private final @Nullable PooledStatement held;
    private final ClientState state;
    private final Repetition repetition;
    private final PooledConnection connection;

    /** {@code statement} is what the client had by that name, {@code held} what was there by it; null if nothing. */
    CloseWatch(
            String name,
            @Nullable ClientStatement statement,
            @Nullable PooledStatement held,
            ClientState state,
            Repetition repetition,
            PooledConnection connection) {
        this.name = name;
        this.statement = statement;
        this.held = held;
        this.state = state;
        this.repetition = repetition;
        this.connection = connection;
    }

    /** Whether it is of the statement without a name. */
    boolean isOfUnnamed() {
        return name.isEmpty();
    }

    @Override
    public Interest interest() {
        return CONFIRMED;
    }

    @Override
    public boolean relays() {
        return true;
    }

    @Override
    public boolean standsForClients() {
        return true;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        PooledStatement closed = held;
        boolean done = frame.tag() == '3';
        if (done && closed != null) {
            connection.held().remove(name, closed);
        }
        if (done && !repetition.confirmed(null)) {
            frame.release();
        } else {
            upstream.relay(frame.bytes());
        }
    }

    @Override
    public void skipped() {
        repetition.unconfirmed();
        ClientStatement closed = statement == null ? null : statement.standing();
        if (closed != null) {
            ClientStatement next = state.statements().putIfAbsent(name, closed);
            if (next != null) {
                next.replaces(closed); // its Parse may be skipped, too
            }
        }
    }
}
