package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import org.jspecify.annotations.Nullable;

/** A refusal while nothing is in flight and no block is open: the server need not take part in it. */
final class OwnRefusal implements OwnAnswer {
    private final PgError error;
    private final boolean inBatch;
    private final Refusal told;
    private @Nullable Reply reply;
    private boolean whole;

    OwnRefusal(PgError error, boolean inBatch, Refusal told) {
        this.inBatch = inBatch;
        this.error = error;
        this.told = told;
    }

    @Override
    public void message(Frame frame, boolean last) {
        frame.release();
        whole |= last;
        end();
    }

    @Override
    public void turn(Reply now) {
        ByteBuf inFront = told.inFront();
        if (inFront != null) {
            now.write(inFront);
        }
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
        error.writeError(bytes);
        told.told(error);
        now.write(bytes);
        now.flush(); // errors do not wait for Sync
        reply = now;
        end();
    }

    @Override
    public boolean skipsToSync() {
        return inBatch;
    }

    @Override
    public void abandoned() {}

    private void end() {
        Reply now = reply;
        if (whole && now != null) {
            ByteBuf ready = ByteBufAllocator.DEFAULT.buffer(6);
            new ReadyForQuery(now.status()).write(ready);
            now.write(ready);
            now.end(now.status());
        }
    }
}
