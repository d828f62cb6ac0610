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
    private final Runnable done;
    private final boolean endsIfSkipped;
    private @Nullable PgError error;
    private boolean over;

    /** {@code done} is called with ReadyForQuery. */
    Command(Runnable done) {
        this(done, false);
    }

    private Command(Runnable done, boolean endsIfSkipped) {
        this.done = done;
        this.endsIfSkipped = endsIfSkipped;
    }

    /** Of a Query that the server may skip: {@code done} is called then as well. */
    static Command skippable(Runnable done) {
        return new Command(done, true);
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

    @Override
    public Interest interest() {
        return Upstream.SWALLOWED;
    }

    @Override
    public boolean takesSettings() {
        return true;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        try {
            if (frame.tag() == 'E' && error == null) {
                error = read(frame);
            } else if (frame.tag() == 'Z') {
                over();
            }
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

    private void over() {
        if (!over) {
            over = true;
            done.run();
        }
    }

    @Override
    public void skipped() {
        error = error == null ? PgError.of("25P02", "skipped behind an error") : error;
        if (endsIfSkipped) {
            over();
        }
    }
}
