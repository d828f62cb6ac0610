package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Something of our own that a server is told, BEGIN or COMMIT say, of which the client hears nothing. */
final class Command implements AnswerOwner {
    private static final PgError SKIPPED = PgError.of("25P02", "skipped behind an error");

    private final byte last;
    private final boolean endsIfSkipped;
    private int awaited;
    private @Nullable PgError error;
    private boolean over;

    private Command(char last, int awaited, boolean endsIfSkipped) {
        this.last = (byte) last;
        this.awaited = awaited;
        this.endsIfSkipped = endsIfSkipped;
    }

    /** A Query, which the server may skip: over with its ReadyForQuery. */
    static Command ofQuery() {
        return new Command('Z', 1, true);
    }

    /** A message and its Sync: over with the ReadyForQuery. */
    static Command withSync() {
        return new Command('Z', 1, false);
    }

    /** What stands in a batch, see {@link ExtendedCommand}: over with the last CloseComplete. */
    static Command inBatch() {
        return new Command('3', ExtendedCommand.CLOSES, true);
    }

    /** {@return a Query} */
    static ByteBuf query(String text) {
        byte[] sql = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(sql.length + 6);
        return bytes.writeByte('Q').writeInt(sql.length + 5).writeBytes(sql).writeByte(0);
    }

    /** What was wrong with it; null if nothing was. */
    @Nullable
    PgError error() {
        return error;
    }

    /** Whether nothing of its answer is to come. */
    boolean isOver() {
        return over;
    }

    @Override
    public Interest interest() {
        return Upstream.SWALLOWED;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        try {
            if (frame.tag() == 'E') {
                error = error == null ? read(frame) : error;
            }
            awaited -= frame.tag() == last ? 1 : 0;
            over |= awaited == 0 || (frame.tag() == 'E' && last != 'Z');
        } finally {
            frame.release();
        }
    }

    /** An ErrorResponse, or what can be said of one that is none. */
    static PgError read(Frame frame) {
        try {
            return ErrorResponse.read(frame.body()).error();
        } catch (ProtocolException e) {
            return PgError.of("58000", "a writer reports an error that cannot be read");
        }
    }

    @Override
    public void skipped() {
        error = error == null ? SKIPPED : error;
        over |= endsIfSkipped;
    }
}
