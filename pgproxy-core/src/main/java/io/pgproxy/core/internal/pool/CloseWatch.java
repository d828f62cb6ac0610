package io.pgproxy.core.internal.pool;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;

/** The answer to a client's Close of a statement: if it is skipped, the client has the statement still. */
final class CloseWatch implements AnswerOwner {
    private final ClientStatement statement;
    private final ClientState state;

    CloseWatch(ClientStatement statement, ClientState state) {
        this.statement = statement;
        this.state = state;
    }

    @Override
    public Interest interest() {
        return Upstream.WATCHED;
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
        upstream.relay(frame.bytes());
    }

    @Override
    public void skipped() {
        state.statements().putIfAbsent(statement.name(), statement);
    }
}
