package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the first writer answers to an exchange: the client's answer, all of which passes but for the last
 * CommandComplete, an error, and ReadyForQuery. These wait until it is known what the others say.
 */
final class FirstAnswer extends Answer {
    private static final Interest ALL_BUT_ROWS = allBut(BackendTag.DATA_ROW, BackendTag.COPY_DATA);
    private static final Interest ALL_BUT_DATA = allBut(BackendTag.COPY_DATA);

    private final boolean simple;

    /** Of each message that is going to run something, whether the others are to run it, too. */
    private final ArrayDeque<Boolean> shared = new ArrayDeque<>(1);

    private @Nullable ByteBuf held;
    private int answered;
    private int parsed;

    /** {@code simple} if it is the answer to a Query. */
    FirstAnswer(boolean simple, boolean comparesRows) {
        super(comparesRows);
        this.simple = simple;
    }

    private static Interest allBut(BackendTag... tags) {
        List<BackendTag> others = new ArrayList<>(List.of(BackendTag.values()));
        others.removeAll(List.of(tags));
        return Interest.nothing().cut(others.toArray(new BackendTag[0]));
    }

    @Override
    public Interest interest() {
        return comparesRows() ? ALL_BUT_DATA : ALL_BUT_ROWS;
    }

    /** Something is going to run; {@code byAll} if the others will be asked to do the same. */
    void executes(boolean byAll) {
        shared.add(byAll);
    }

    /** How many messages of a batch have been answered, without an error. */
    int answered() {
        return answered;
    }

    /** How many of these were ParseComplete. */
    int parsed() {
        return parsed;
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
                passHeld(upstream);
                completed(frame, isShared());
                held = frame.bytes();
                answered++;
            }
            case 'E' -> {
                if (isCopyIn()) {
                    drop(); // the client has not been asked for its data
                }
                passHeld(upstream);
                failed(frame);
                held = frame.bytes();
            }
            case 'G' -> {
                passHeld(upstream);
                copyIn();
                held = frame.bytes();
            }
            case 'Z' -> {
                frame.release();
                ready();
            }
            default -> {
                ByteBuf bytes = frame.bytes();
                if (frame.tag() == 'D') {
                    row(bytes, bytes.readerIndex(), bytes.readableBytes());
                }
                count(frame.tag());
                pass(bytes, upstream);
            }
        }
    }

    private void count(byte tag) {
        boolean ends = switch (tag) {
            case '1', '2', '3', 'n', 's' -> true;
            case 'T' -> !simple;
            default -> false;
        };
        answered += ends ? 1 : 0;
        parsed += tag == '1' ? 1 : 0;
        if (tag == 's') {
            suspended(Boolean.TRUE.equals(shared.poll()));
        }
    }

    private boolean isShared() {
        Boolean next = simple ? shared.peek() : shared.poll();
        return next != null && next;
    }

    private void passHeld(Upstream upstream) {
        ByteBuf before = take();
        if (before != null) {
            upstream.relay(before);
        }
    }

    /** Nobody hears what is held back. */
    void drop() {
        ByteBuf before = take();
        if (before != null) {
            before.release();
        }
    }

    private void pass(ByteBuf bytes, Upstream upstream) {
        passHeld(upstream);
        upstream.relay(bytes);
    }

    @Override
    public void passed(ByteBuf bytes, Upstream upstream) {
        row(bytes, bytes.readerIndex(), bytes.readableBytes()); // the rest of a very long one
        pass(bytes, upstream);
    }
}
