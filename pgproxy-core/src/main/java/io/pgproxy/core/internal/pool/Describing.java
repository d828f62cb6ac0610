package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.frame.Frame;

/** Learns what the columns of a statement are on a connection, and whether they are those that clients know. */
final class Describing implements AnswerOwner {
    private static final byte[] NO_COLUMNS = new byte[0];

    private final String name;
    private final PooledStatement statement;
    private final PooledConnection connection;

    Describing(String name, PooledStatement statement, PooledConnection connection) {
        this.name = name;
        this.statement = statement;
        this.connection = connection;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        byte tag = frame.tag();
        if ((tag == 'T' && frame.isWhole()) || tag == 'n') {
            ByteBuf body = frame.body();
            byte[] columns = tag == 'n' ? NO_COLUMNS : ByteBufUtil.getBytes(body);
            if (!statement.describe(columns)) {
                connection.held().putChanged(name, statement);
            }
        }
        frame.release();
    }

    @Override
    public void skipped() {}
}
