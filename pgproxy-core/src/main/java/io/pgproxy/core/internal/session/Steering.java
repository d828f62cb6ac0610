package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a client's messages before they go anywhere. One instance for a session; the transparent
 * session has none, and its messages are never looked at beyond their headers. All calls on the session's event loop.
 */
public interface Steering {
    /** What a steering that reads all of a message is shown whole. */
    int LONGEST_MESSAGE = 64 << 20;

    /**
     * Decides about one message, by exactly one verb of {@link Traffic}: now, or later on the session's event loop.
     * Until then nothing more of this client is looked at; what was sent before goes on.
     *
     * <p>Asked for Query, FunctionCall, Parse, Bind, Describe, Execute and Close, unless the exchange is answered by
     * the proxy or was refused.
     *
     * @param frame the message; a very long one may be its head alone, the rest follows it where it goes
     * @param traffic the verbs
     */
    void decide(Frame frame, Traffic traffic);

    /**
     * Whether most messages pass where they stand, see {@link #pass}. Asked once.
     *
     * @return false: each is cut out
     */
    default boolean passesInPlace() {
        return false;
    }

    /**
     * A message, whole, where it stands among others that pass: the quick way for what needs neither to wait nor to be
     * refused. Only for a steering that never aims at another upstream.
     *
     * @param tag its type
     * @param buffer where it stands; to be read within this call, at absolute indexes
     * @param body the index of its body's first byte
     * @param length how many bytes its body has
     * @param traffic knows what is under way; none of its verbs may be called
     * @return who sees its answer; null, and nothing has been done yet, if it is to be decided on
     */
    default @Nullable AnswerOwner pass(byte tag, ByteBuf buffer, int body, int length, Traffic traffic) {
        return null;
    }

    /**
     * Up to how many bytes of a message it wants to see: of a longer one it is shown the head.
     *
     * @return more than a header has
     */
    default int longestMessage() {
        return LONGEST_MESSAGE;
    }

    /**
     * Whether Sync has to wait for the answers to what was sent before it: a result may still be cut off, and what has
     * written must not be committed then.
     */
    default boolean mustSettle() {
        return false;
    }

    /**
     * Whether messages of the exchange at hand are held.
     *
     * @return whether {@link #release} is to be called before anything else is sent
     */
    default boolean isHolding() {
        return false;
    }

    /**
     * What is held has to go.
     *
     * @param complete whether its Sync is next
     * @param then goes on, now or later
     */
    default void release(boolean complete, Runnable then) {
        then.run();
    }

    /**
     * Who sees the answer to the Sync that is about to be sent.
     *
     * @return null for nobody
     */
    default @Nullable AnswerOwner watchOfSync() {
        return null;
    }

    /** The client's exchange is whole: its Sync has come, and was sent or answered. */
    default void exchangeWhole() {}

    /**
     * ReadyForQuery of a client's exchange has been seen; its bytes have not left yet.
     *
     * @param status what it says
     */
    default void exchangeEnded(TransactionStatus status) {}

    /**
     * The client wants what it waits for cancelled, and nothing runs upstream.
     *
     * @return whether a decision was pending, which fails now
     */
    default boolean cancel() {
        return false;
    }

    /** The client's Terminate is about to be sent. */
    default void terminating() {}

    /** The client wants what runs upstream cancelled. */
    default void cancelled() {}

    /** The session is over; nothing is called after it. */
    default void ended() {}
}
