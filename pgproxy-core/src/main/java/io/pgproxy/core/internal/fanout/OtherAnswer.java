package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What another writer answers to an exchange: the client does not hear it, but it has to be as the first one's. */
final class OtherAnswer implements AnswerOwner {
    private final Writer writer;
    private final List<String> tags = new ArrayList<>(1);
    private @Nullable PgError error;
    private boolean asked;
    private boolean copyIn;
    private boolean ready;

    OtherAnswer(Writer writer) {
        this.writer = writer;
    }

    Writer writer() {
        return writer;
    }

    List<String> tags() {
        return tags;
    }

    @Nullable
    PgError error() {
        return error;
    }

    /** Notes that it has been sent something whose ReadyForQuery will come. */
    void asked() {
        asked = true;
    }

    /** Whether nothing of it is awaited. */
    boolean isDone() {
        return !asked || ready;
    }

    boolean isCopyIn() {
        return copyIn;
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
            switch (frame.tag()) {
                case 'C', 'I' -> {
                    ByteBuf body = frame.body();
                    int length = body.bytesBefore((byte) 0);
                    tags.add(length <= 0 ? "" : body.toString(0, length, StandardCharsets.UTF_8));
                    copyIn = false;
                }
                case 'E' -> {
                    error = error == null ? Command.read(frame) : error;
                    copyIn = false;
                }
                case 'G' -> copyIn = true;
                case 'Z' -> ready = true;
                default -> {
                    // as the first one's, or nobody's business
                }
            }
        } finally {
            frame.release();
        }
    }

    @Override
    public boolean standsForClients() {
        return true;
    }

    @Override
    public void skipped() {}
}
