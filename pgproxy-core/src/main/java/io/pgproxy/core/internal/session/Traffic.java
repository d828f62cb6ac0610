package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What can become of a client's message. Every verb that is given the frame takes it over, and is the last word on it.
 */
public interface Traffic {
    /**
     * It goes where its exchange goes: to the session's upstream, unless {@link #route} chose another.
     *
     * @param frame the message, or one that takes its place
     * @param watcher is told of the answer; null if nobody needs to be
     */
    void forward(Frame frame, @Nullable AnswerOwner watcher);

    /**
     * It goes where its exchange goes, and nobody watches.
     *
     * @param frame the message
     */
    default void forward(Frame frame) {
        forward(frame, null);
    }

    /**
     * Its exchange goes to this upstream.
     *
     * @param frame the first message of an exchange
     * @param upstream one that is attached to the session
     */
    default void route(Frame frame, Upstream upstream) {
        aim(upstream);
        forward(frame, null);
    }

    /**
     * The exchange that begins with the message at hand goes to this upstream.
     *
     * @param upstream one that is attached to the session
     */
    void aim(Upstream upstream);

    /**
     * The proxy answers the whole exchange by itself.
     *
     * @param frame the first message of an exchange
     * @param answer is given this message and all others of the exchange, and asked for the answer at its turn
     */
    void answer(Frame frame, OwnAnswer answer);

    /**
     * It fails, as if the server had refused it: in its place in the pipeline, up to the next Sync, aborting the
     * transaction it stands in.
     *
     * @param frame any message that is decided on
     * @param error severity ERROR
     * @param told is told what the client was: this error, or that its transaction had failed before; or skipped
     */
    void refuse(Frame frame, PgError error, Refusal told);

    /**
     * As {@link #refuse(Frame, PgError, Refusal)}, and nobody is told.
     *
     * @param frame any message that is decided on
     * @param error severity ERROR
     */
    default void refuse(Frame frame, PgError error) {
        refuse(frame, error, Refusal.UNTOLD);
    }

    /**
     * Something of the proxy's own goes in front of the message at hand, as part of the same exchange.
     *
     * @param kind how it is answered: a constant of {@link ExpectedAnswers}
     * @param owner takes the answer
     * @param messages owned by the callee
     */
    void ask(byte kind, AnswerOwner owner, ByteBuf messages);

    /**
     * Runs something once everything in front of the message at hand has been answered, its own batch included; now if
     * that is so.
     *
     * @param then decides about the message
     */
    void afterAnswers(Runnable then);

    /** What was sent of the exchange at hand is to be answered although more of it may take a while. */
    void urge();

    /**
     * The proxy's own answer to one message; everything before it has been answered.
     *
     * @param frame a message of an extended exchange
     * @param messages its answer; owned by the callee
     */
    void say(Frame frame, ByteBuf messages);

    /**
     * The proxy's own answer to a Query, without ReadyForQuery; everything before it has been answered.
     *
     * @param frame a Query
     * @param messages its answer; owned by the callee
     * @param status what ReadyForQuery says
     */
    void sayLast(Frame frame, ByteBuf messages, TransactionStatus status);

    /**
     * It is kept until it is known where its exchange goes; then {@link #send} is called with it, or it is answered by
     * {@link #sayHeld}.
     *
     * @param frame the message; stays with the caller
     */
    void hold(Frame frame);

    /**
     * The proxy's own answer to messages that were held; everything before them has been answered, and nothing of their
     * exchange was sent.
     *
     * @param messages their answer, or a part of it; owned by the callee
     */
    void sayHeld(ByteBuf messages);

    /**
     * A message that was held goes where its exchange goes.
     *
     * @param frame the message, or one that takes its place
     * @param watcher is told of the answer; null if nobody needs to be
     */
    void send(Frame frame, @Nullable AnswerOwner watcher);

    /**
     * Nothing becomes of it: the server would skip it.
     *
     * @param frame the message
     */
    void drop(Frame frame);

    /**
     * Whether a batch was ended by a Query or FunctionCall instead of Sync: if it has failed, the server has skipped
     * that too, and skips what comes behind it. Who knows is the server, until {@link #isQuiet}.
     */
    boolean isDoubtful();

    /**
     * Whether the exchange at hand may still go to an upstream: not to another one once something of it was sent.
     *
     * @param upstream where it would go
     */
    boolean mayAim(Upstream upstream);

    /** Whether nothing of the exchange at hand has been sent anywhere. */
    boolean isUnsent();

    /** Whether an error has been seen in the batch at hand: the server skips to its Sync. */
    boolean isSkipping();

    /** Whether everything sent has been answered. */
    boolean isQuiet();

    /** Whether the message being decided on is the first of an exchange. */
    boolean isFirstOfExchange();

    /** Where the exchange at hand goes. */
    Upstream target();

    /** The session's own upstream. */
    Upstream upstream();
}
