package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.frame.Frame;
import java.util.Arrays;

/** Learns what the columns of a statement are on a connection, and whether they are those that clients know. */
final class Describing implements AnswerOwner {
    private static final byte[] NO_COLUMNS = new byte[0];

    /** The table's OID and the column's number, the first of what stands behind a column's name. */
    private static final int TABLE_AND_COLUMN = 4 + 2;

    private static final int FIELDS = TABLE_AND_COLUMN + 4 + 2 + 4 + 2;

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
            byte[] columns = tag == 'n' ? NO_COLUMNS : columns(body);
            if (!statement.describe(columns)) {
                connection.held().putChanged(name, statement);
            }
        }
        frame.release();
    }

    /** A table and its columns may be others, as long as they look the same: so the server sees it, too. */
    private static byte[] columns(ByteBuf body) {
        byte[] bytes = ByteBufUtil.getBytes(body);
        int at = 2;
        while (at < bytes.length) {
            while (bytes[at] != 0) {
                at++;
            }
            Arrays.fill(bytes, at + 1, at + 1 + TABLE_AND_COLUMN, (byte) 0);
            at += 1 + FIELDS;
        }
        return bytes;
    }

    @Override
    public void skipped() {}
}
