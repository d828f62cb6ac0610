package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.RefusalAnswer;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.server.PgErrorException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The messages at the front of an exchange that may all be answered from recordings. They wait until one comes that
 * needs an upstream, or for Sync or Flush: then what can be is answered here, in one piece, and what is left is sent.
 *
 * <p>Nothing is held where there is no cache in the chain, nor behind what was sent of the exchange.
 */
final class HeldBack implements AnswerSink {
    /** What a client may leave here before it says Sync. */
    private static final int MOST_MESSAGES = 1024;

    private static final int MOST_BYTES = 1 << 16;

    /** Answers leave in pieces of some such size. */
    private static final int ENOUGH = 1 << 15;

    private final HookSteering steering;
    private final ArrayDeque<HeldMessage> messages = new ArrayDeque<>(0);
    private long bytes;
    private @Nullable ByteBuf answers;

    HeldBack(HookSteering steering) {
        this.steering = steering;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Whether the message at hand can wait here. */
    boolean takes() {
        return !steering.stages().cache.isEmpty()
                && isUnsent()
                && messages.size() < MOST_MESSAGES
                && bytes + steering.frame().length() < MOST_BYTES;
    }

    /** Whether nothing of the exchange has been sent, or is about to be. */
    boolean isUnsent() {
        return steering.traffic().isUnsent() && !steering.route().isHolding();
    }

    /** The message at hand waits. */
    void add(HeldMessage message) {
        messages.add(message);
        bytes += message.frame().length();
        steering.traffic().hold(message.frame());
    }

    /** All that waits is answered or sent before going on. */
    void release(Runnable then) {
        while (!messages.isEmpty()) {
            HeldMessage first = messages.element();
            boolean here = first.isOwn() || (isUnsent() && first.isAnswerable());
            if (here && !(steering.traffic().isQuiet() && !steering.route().isHolding())) {
                leave();
                await(then);
                return;
            }
            messages.remove();
            boolean failed = here && steering.traffic().target().isBlockFailed() && !first.passesInFailedBlock();
            if (failed && first.isOwn()) {
                fail(first, OwnReplies.IN_FAILED_BLOCK);
            } else if (here && !failed) {
                answer(first);
            } else {
                leave();
                first.send();
            }
        }
        bytes = 0;
        leave();
        then.run();
    }

    /** Something was sent, whose answers come first. */
    private void await(Runnable then) {
        Runnable next = () -> {
            if (steering.traffic().isSkipping()) {
                skip();
            }
            release(then);
        };
        if (steering.route().isHolding()) {
            steering.route().release(next);
        } else {
            steering.traffic().afterAnswers(next);
        }
    }

    private void answer(HeldMessage message) {
        try {
            message.answer(this);
            message.frame().release();
        } catch (PgErrorException failure) {
            fail(message, failure.error());
        } catch (RuntimeException failure) {
            steering.log(failure);
            fail(message, PgError.of(SqlState.SYSTEM_ERROR, "a recorded result could not be sent"));
        }
        if (answers != null && answers.readableBytes() >= ENOUGH) {
            leave();
        }
    }

    /** The server fails in its place, so that the block does, and what is behind it is skipped. */
    private void fail(HeldMessage message, PgError error) {
        leave();
        message.frame().release();
        steering.traffic()
                .ask(
                        ExpectedAnswers.EXECUTE,
                        RefusalAnswer.of(error, new OwnFailure(steering, message)),
                        RefusalAnswer.impossibleExecute(steering.portalOfOurOwn()));
        skip();
    }

    private void skip() {
        for (HeldMessage message = messages.poll(); message != null; message = messages.poll()) {
            message.frame().release();
            message.skipped();
        }
    }

    @Override
    public ByteBuf room() {
        ByteBuf room = answers;
        if (room == null) {
            room = ByteBufAllocator.DEFAULT.buffer(1024);
            ByteBuf notices = steering.session().takeNotices();
            if (notices != null) {
                room.writeBytes(notices);
                notices.release();
            }
            answers = room;
        }
        return room;
    }

    private void leave() {
        ByteBuf written = answers;
        if (written != null) {
            answers = null;
            steering.traffic().sayHeld(written);
        }
    }

    /** The session is over. */
    void over() {
        messages.forEach(message -> message.frame().release());
        messages.clear();
        if (answers != null) {
            answers.release();
            answers = null;
        }
    }
}
