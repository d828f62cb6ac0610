package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.frame.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A Query of the pool's own: what came of it, once it is over. Nobody else sees anything of its answer. */
final class OwnQuery implements AnswerOwner {
    private final Consumer<OwnQuery> ended;
    private final List<List<@Nullable String>> rows = new ArrayList<>();
    private @Nullable PgError error;
    private boolean idle;

    /**
     * Expects an answer.
     *
     * @param ended called within ReadyForQuery: what is due behind it is not known to be so yet
     */
    OwnQuery(Consumer<OwnQuery> ended) {
        this.ended = ended;
    }

    /** Whether all of it succeeded, and no block is open. */
    boolean succeeded() {
        return error == null && idle;
    }

    @Nullable
    PgError error() {
        return error;
    }

    /** The rows of all its statements. */
    List<List<@Nullable String>> rows() {
        return rows;
    }

    @Override
    public boolean takesSettings() {
        return true;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        try {
            switch (frame.tag()) {
                case 'D' -> rows.add(row(frame));
                case 'E' -> error = error == null ? PoolErrors.read(frame) : error;
                case 'Z' -> {
                    idle = frame.body().getByte(0) == 'I';
                    ended.accept(this);
                }
                default -> {
                    // tags and notices are nobody's business
                }
            }
        } finally {
            frame.release();
        }
    }

    private static List<@Nullable String> row(Frame frame) {
        if (!frame.isWhole()) {
            throw new ProtocolException("a row of the pool's own is too long");
        }
        ByteBuf body = frame.body();
        int columns = body.readUnsignedShort();
        List<@Nullable String> row = new ArrayList<>(columns);
        for (int i = 0; i < columns; i++) {
            int length = body.readInt();
            row.add(
                    length < 0
                            ? null
                            : body.readCharSequence(length, StandardCharsets.UTF_8)
                                    .toString());
        }
        return row;
    }

    /** A statement in front of it in a batch failed, and took it along. */
    @Override
    public void skipped() {
        error = error == null ? PgError.of("25P02", "skipped behind an error") : error;
        idle = false;
    }
}
