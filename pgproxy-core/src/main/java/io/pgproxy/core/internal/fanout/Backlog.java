package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the first writer has been sent, in order, until it has answered that: only then the others get it. */
final class Backlog {
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long bytes;
    private int released;
    private boolean dropped;

    /**
     * A message that the others are to be sent.
     *
     * @param kind of {@link ExpectedAnswers}; 0 for one that is not answered
     * @param bytes null if it is not for them
     */
    record Waiting(byte kind, @Nullable ByteBuf bytes) {}

    /**
     * The first gets it now.
     *
     * @param kind as {@link Waiting#kind()}
     * @param message stays the caller's; null if the others are not to get it
     */
    void add(byte kind, @Nullable ByteBuf message) {
        if (message == null || dropped) {
            waiting.add(new Waiting(kind, null));
        } else {
            bytes += message.readableBytes();
            waiting.add(new Waiting(kind, message.retainedDuplicate()));
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** How much is kept. */
    long bytes() {
        return bytes;
    }

    /**
     * The next that the first has answered.
     *
     * @param answer the first one's
     * @param checked whether the first has nothing of our own to answer
     * @return its bytes owned by the caller; null if there is none
     */
    @Nullable
    Waiting next(FirstAnswer answer, boolean checked) {
        Waiting next = waiting.peek();
        if (next == null || !isAnswered(next.kind(), answer, checked)) {
            return null;
        }
        waiting.remove();
        released += next.kind() == 0 ? 0 : 1;
        ByteBuf message = next.bytes();
        bytes -= message == null ? 0 : message.readableBytes();
        return next;
    }

    private boolean isAnswered(byte kind, FirstAnswer answer, boolean checked) {
        return switch (kind) {
            case 0 -> true;
            case ExpectedAnswers.QUERY, ExpectedAnswers.FUNCTION_CALL, ExpectedAnswers.SYNC ->
                (answer.isReady() && checked) || answer.isCopyIn();
            default -> released < answer.answered() || answer.isCopyIn();
        };
    }

    /** Nobody is going to get what it holds, or what comes. */
    void drop() {
        if (!dropped) {
            dropped = true;
            List<Waiting> all = List.copyOf(waiting);
            waiting.clear();
            bytes = 0;
            for (Waiting each : all) {
                ByteBuf message = each.bytes();
                if (message != null) {
                    message.release();
                }
                waiting.add(new Waiting(each.kind(), null));
            }
        }
    }

    /** {@return whether the end of a batch is among what it holds, which is nothing from now on} */
    boolean clear() {
        drop();
        boolean synced = waiting.stream().anyMatch(each -> each.kind() == ExpectedAnswers.SYNC);
        waiting.clear();
        return synced;
    }
}
