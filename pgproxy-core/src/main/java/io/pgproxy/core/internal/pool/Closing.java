package io.pgproxy.core.internal.pool;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.frame.Frame;

/**
 * The answer to a Close of the pool's own, of which nobody hears: if it is skipped, the statement is still there.
 *
 * @param name the statement's there
 * @param statement what it is
 * @param connection where
 */
record Closing(String name, PooledStatement statement, PooledConnection connection) implements AnswerOwner {
    @Override
    public void answered(Frame frame, Upstream upstream) {
        byte tag = frame.tag();
        frame.release();
        if (tag == '3') {
            connection.held().remove(name, statement);
        }
    }

    @Override
    public void skipped() {
        connection.held().putIfAbsent(name, statement);
    }
}
