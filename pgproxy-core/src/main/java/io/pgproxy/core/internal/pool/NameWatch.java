package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;

/** Sees what becomes of PREPARE and DEALLOCATE while their answer passes: names change when the server says so. */
final class NameWatch implements AnswerOwner {
    private static final Interest TAGS = Upstream.WATCHED.show(BackendTag.COMMAND_COMPLETE);

    private final Footprint left;
    private final ClientState state;
    private final VirtualSession session;
    private final PooledConnection connection;
    private int completed;

    NameWatch(Footprint left, ClientState state, VirtualSession session, PooledConnection connection) {
        this.left = left;
        this.state = state;
        this.session = session;
        this.connection = connection;
    }

    @Override
    public Interest interest() {
        return TAGS;
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
    public void completed(ByteBuf buffer, int from, int length, Upstream upstream) {
        int statement = completed++;
        for (NameUse use : left.names()) {
            if (use.statement() == statement) {
                take(use);
            }
        }
    }

    private void take(NameUse use) {
        switch (use.kind()) {
            case PREPARES -> {
                PooledStatement statement = PooledStatement.prepared(use);
                state.statements().put(use.name(), new ClientStatement(use.name(), statement, session));
                connection.held().put(use.name(), statement);
            }
            case FORGETS -> {
                state.statements().remove(use.name());
                connection.held().remove(use.name());
            }
            case FORGETS_ALL -> {
                state.statements().clear();
                connection.held().clear();
            }
            case EXECUTES -> {
                // the name stays
            }
        }
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        upstream.relay(frame.bytes());
    }

    @Override
    public void skipped() {}
}
