package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.CharsetUtil;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import java.util.Set;

/**
 * Stands in the place of a refused message: the upstream is sent something that it is certain to refuse, and its error
 * is exchanged for ours.
 *
 * <p>So the server itself rolls back what stood before in the batch, marks a block as failed, honours savepoints and
 * skips to Sync; pipelined exchanges before and after are unharmed. An extended message becomes Execute of a portal
 * that cannot exist, a Query (or FunctionCall) becomes a Query that cannot be parsed: each fails and is skipped in
 * exactly the places where the refused message would be.
 */
public final class RefusalAnswer implements AnswerOwner {
    private static final PgError IN_FAILED_BLOCK = PgError.of(
            SqlState.IN_FAILED_SQL_TRANSACTION,
            "current transaction is aborted, commands ignored until end of transaction block");

    /** What the server itself finds before it looks at the block: no such statement, no such portal, bad syntax. */
    private static final Set<String> IN_ANY_BLOCK =
            Set.of(SqlState.INVALID_SQL_STATEMENT_NAME, SqlState.INVALID_CURSOR_NAME, SqlState.SYNTAX_ERROR);

    private final PgError error;
    private final Refusal told;
    private boolean over;

    RefusalAnswer(PgError error, Refusal told) {
        this.error = error;
        this.told = told;
    }

    /**
     * To be asked for with something that the server is certain to refuse.
     *
     * @param error what the client is told
     * @param told learns what it was
     * @return the owner of that answer
     */
    public static AnswerOwner of(PgError error, Refusal told) {
        return new RefusalAnswer(error, told);
    }

    /** {@return Execute of a portal that cannot exist} Its name is one that no client can have made. */
    public static ByteBuf impossibleExecute(String portal) {
        byte[] name = portal.getBytes(CharsetUtil.US_ASCII);
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(name.length + 10);
        bytes.writeByte('E').writeInt(4 + name.length + 1 + 4).writeBytes(name).writeByte(0);
        return bytes.writeInt(0);
    }

    /** {@return a Query that is a syntax error in every version, and says in the server's log what it was} */
    public static ByteBuf impossibleQuery() {
        byte[] sql = "pgproxy: statement refused".getBytes(CharsetUtil.US_ASCII);
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(sql.length + 6);
        return bytes.writeByte('Q').writeInt(4 + sql.length + 1).writeBytes(sql).writeByte(0);
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (frame.tag() == 'E') {
            frame.release();
            ByteBuf inFront = over ? null : told.inFront();
            if (inFront != null) {
                upstream.relay(inFront);
            }
            ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
            boolean hidden = upstream.isBlockFailed() && !IN_ANY_BLOCK.contains(error.sqlState());
            PgError said = hidden ? IN_FAILED_BLOCK : error;
            said.writeError(bytes);
            upstream.relay(bytes);
            if (!over) {
                over = true;
                told.told(said);
            }
        } else {
            upstream.relay(frame.bytes());
        }
    }

    @Override
    public boolean standsForClients() {
        return true;
    }

    @Override
    public void skipped() {
        if (!over) {
            over = true;
            told.skipped();
        }
    }
}
