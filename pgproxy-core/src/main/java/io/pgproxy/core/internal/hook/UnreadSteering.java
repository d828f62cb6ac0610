package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.core.internal.session.Steering;
import io.pgproxy.core.internal.session.Traffic;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Steers a session that began with hooks on sessions alone, on a server that limits or measures: it is watched as one
 * without hooks is, whatever its encoding. Once the chain in force reads SQL, the session's next exchange waits until
 * all before it has been answered, and is the first of those that hooks read; that stays so to the session's end.
 */
final class UnreadSteering implements Steering {
    private final HookSession session;
    private final ServingPhase serving;
    private final Stages begun;
    private final int longestMessage;
    private Steering current;
    private boolean isRead;

    /** The first message that hooks will read, while it waits. */
    private @Nullable Frame first;

    private @Nullable Traffic traffic;

    /**
     * A steering.
     *
     * @param begun the chain that the session has begun with
     * @param watching watches it for as long as nobody reads it
     */
    UnreadSteering(HookSession session, ServingPhase serving, Stages begun, Steering watching) {
        this.session = session;
        this.serving = serving;
        this.begun = begun;
        this.longestMessage = watching.longestMessage();
        this.current = watching;
    }

    @Override
    public boolean passesInPlace() {
        return !isRead;
    }

    @Override
    public @Nullable AnswerOwner pass(byte tag, ByteBuf buffer, int body, int length, Traffic verbs) {
        return isRead || (verbs.isFirstOfExchange() && session.engine().stages().readsSql())
                ? null
                : current.pass(tag, buffer, body, length, verbs);
    }

    /** As while it is watched, also later: hooks refuse what they are not shown whole. */
    @Override
    public int longestMessage() {
        return longestMessage;
    }

    @Override
    public void decide(Frame message, Traffic verbs) {
        if (isRead || !verbs.isFirstOfExchange() || !session.engine().stages().readsSql()) {
            current.decide(message, verbs);
            return;
        }
        first = message;
        traffic = verbs;
        verbs.afterAnswers(this::beginToRead);
    }

    private void beginToRead() {
        Frame message = first;
        if (message == null) {
            return; // the session is over
        }
        first = null;
        current.ended();
        current = new HookSteering(session, serving, begun);
        isRead = true;
        current.decide(message, Objects.requireNonNull(traffic));
    }

    @Override
    public boolean mustSettle() {
        return current.mustSettle();
    }

    @Override
    public boolean isHolding() {
        return current.isHolding();
    }

    @Override
    public void release(boolean complete, Runnable then) {
        current.release(complete, then);
    }

    @Override
    public @Nullable AnswerOwner watchOfSync() {
        return current.watchOfSync();
    }

    @Override
    public void exchangeWhole() {
        current.exchangeWhole();
    }

    @Override
    public void exchangeEnded(TransactionStatus status) {
        current.exchangeEnded(status);
    }

    @Override
    public boolean cancel() {
        return current.cancel();
    }

    @Override
    public void terminating() {
        current.terminating();
    }

    @Override
    public void cancelled() {
        current.cancelled();
    }

    @Override
    public void ended() {
        Frame undecided = first;
        if (undecided != null) {
            first = null;
            Objects.requireNonNull(traffic).drop(undecided);
        }
        current.ended();
    }
}
