package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;

/**
 * Takes the answer to one message that was put before an upstream.
 *
 * <p>There are two sorts. One takes all of the answer: to what the proxy itself asked, or put in the place of a
 * client's message. The other {@linkplain #relays watches} an answer that goes to the client: of that it is told what
 * its interest asks for, and the rest passes untouched. Notifications and changed settings go to the client always.
 *
 * <p>All calls on the session's event loop, in the order of the wire.
 */
public interface AnswerOwner {
    /**
     * What it wants to see. May change while the answer comes, see {@link Upstream#interestChanged}.
     *
     * @return of one that relays: {@link Upstream#WATCHED} or more
     */
    default Interest interest() {
        return Upstream.OWNED;
    }

    /**
     * Whether what nobody asked for goes to the client.
     *
     * @return false: it is given to {@link #passed}
     */
    default boolean relays() {
        return false;
    }

    /**
     * What comes next is its answer.
     *
     * @param upstream where it will come from
     */
    default void begins(Upstream upstream) {}

    /**
     * A message of the answer that was cut out, the error and, of what takes all, ReadyForQuery included.
     *
     * @param frame owned by the callee
     * @param upstream where it comes from
     */
    void answered(Frame frame, Upstream upstream);

    /**
     * The upstream has ended the session in the place of this answer; the client is told.
     *
     * @param error severity FATAL or PANIC
     */
    default void ended(PgError error) {}

    /**
     * A message of the answer, where it stands; it does not pass. For types that its interest takes.
     *
     * @param tag its type
     * @param buffer where it stands, to be read within this call
     * @param from the index of its type byte
     * @param length how many bytes it has
     * @param upstream where it comes from
     */
    default void taken(byte tag, ByteBuf buffer, int from, int length, Upstream upstream) {}

    /**
     * Something else goes to the client, or nothing more comes for now: what it holds back of its own has to go first.
     *
     * @param upstream where its answer comes from
     */
    default void flush(Upstream upstream) {}

    /**
     * Bytes of the answer that nobody asked for; not called while it {@link #relays}.
     *
     * @param bytes owned by the callee
     * @param upstream where they come from
     */
    default void passed(ByteBuf bytes, Upstream upstream) {
        bytes.release();
    }

    /**
     * A message has been seen that passes to the client; not told of CommandComplete. Only while it {@link #relays}.
     *
     * @param tag its type
     * @param upstream where it comes from
     */
    default void noted(byte tag, Upstream upstream) {}

    /**
     * CommandComplete has been seen; it passes to the client. Only while it {@link #relays}.
     *
     * @param buffer holds the command tag
     * @param from its first byte
     * @param length how many bytes it has
     * @param upstream where it comes from
     */
    default void completed(ByteBuf buffer, int from, int length, Upstream upstream) {}

    /**
     * Whether settings that are reported within its answer are no business of the client's.
     *
     * @return true: they are told of, and not passed on
     */
    default boolean takesSettings() {
        return false;
    }

    /**
     * Whether the message is a client's, or stands in the place of one: then its ReadyForQuery ends the client's
     * exchange, and a cancel is meant for it.
     *
     * @return false for what the proxy asks for itself
     */
    default boolean standsForClients() {
        return false;
    }

    /**
     * There will be no more of an answer: something before it in the same batch failed, or its own error has been told
     * of already.
     */
    void skipped();
}
