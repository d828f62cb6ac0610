package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the first writer answers to an exchange: the client's answer, all of which passes but for the last
 * CommandComplete, an error, and ReadyForQuery. These wait until it is known what the others say.
 */
final class FirstAnswer implements AnswerOwner {
    private static final Interest ALL_BUT_ROWS = allButRows();

    private final boolean simple;

    /** Of each message that is going to run something, whether the others are to run it, too. */
    private final ArrayDeque<Boolean> shared = new ArrayDeque<>(1);

    private final List<String> tags = new ArrayList<>(1);
    private @Nullable ByteBuf held;
    private @Nullable PgError error;
    private int answered;
    private int parsed;
    private boolean copyIn;
    private boolean ready;

    /** {@code simple} if it is the answer to a Query. */
    FirstAnswer(boolean simple) {
        this.simple = simple;
    }

    private static Interest allButRows() {
        List<BackendTag> others = new ArrayList<>(List.of(BackendTag.values()));
        others.removeAll(List.of(BackendTag.DATA_ROW, BackendTag.COPY_DATA));
        return Interest.nothing().cut(others.toArray(new BackendTag[0]));
    }

    @Override
    public Interest interest() {
        return ALL_BUT_ROWS;
    }

    /** Something is going to run; {@code byAll} if the others will be asked to do the same. */
    void executes(boolean byAll) {
        shared.add(byAll);
    }

    /** The command tags so far, of what the others are to do as well. */
    List<String> tags() {
        return tags;
    }

    @Nullable
    PgError error() {
        return error;
    }

    /** How many messages of a batch have been answered, without an error. */
    int answered() {
        return answered;
    }

    /** How many of these were ParseComplete. */
    int parsed() {
        return parsed;
    }

    /** Whether it waits for the client's data. */
    boolean isCopyIn() {
        return copyIn;
    }

    /** Whether ReadyForQuery has come. */
    boolean isReady() {
        return ready;
    }

    /** {@return what is held back, owned by the caller; null if nothing is} */
    @Nullable
    ByteBuf take() {
        ByteBuf last = held;
        held = null;
        return last;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        switch (frame.tag()) {
            case 'C', 'I' -> {
                release(upstream);
                if (isShared()) {
                    tags.add(tag(frame));
                }
                held = frame.bytes();
                copyIn = false;
                answered++;
            }
            case 'E' -> {
                release(upstream);
                if (error == null) {
                    error = Command.read(frame);
                }
                held = frame.bytes();
                copyIn = false;
            }
            case 'G' -> {
                release(upstream);
                held = frame.bytes();
                copyIn = true;
            }
            case 'Z' -> {
                frame.release();
                ready = true;
            }
            default -> {
                boolean ends = switch (frame.tag()) {
                    case '1', '2', '3', 'n', 's' -> true;
                    case 'T' -> !simple;
                    default -> false;
                };
                if (ends) {
                    answered++;
                }
                if (frame.tag() == '1') {
                    parsed++;
                }
                if (frame.tag() == 's') {
                    shared.poll();
                }
                pass(frame.bytes(), upstream);
            }
        }
    }

    private boolean isShared() {
        Boolean next = simple ? shared.peek() : shared.poll();
        return next != null && next;
    }

    private static String tag(Frame frame) {
        ByteBuf body = frame.body();
        int length = body.bytesBefore((byte) 0);
        return length <= 0 ? "" : body.toString(0, length, StandardCharsets.UTF_8);
    }

    private void release(Upstream upstream) {
        ByteBuf before = take();
        if (before != null) {
            upstream.relay(before);
        }
    }

    private void pass(ByteBuf bytes, Upstream upstream) {
        release(upstream);
        upstream.relay(bytes);
    }

    @Override
    public void passed(ByteBuf bytes, Upstream upstream) {
        pass(bytes, upstream);
    }

    @Override
    public boolean standsForClients() {
        return true;
    }

    @Override
    public void skipped() {}
}
