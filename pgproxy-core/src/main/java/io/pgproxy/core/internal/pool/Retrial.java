package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong for no fault of the client's, and is done once more without its notice: on the same connection if a
 * statement is lost there or outdated, on another one if the server ends this one for having been idle. Only what the
 * client has heard nothing of, and what has done nothing, can be.
 */
final class Retrial {
    /** See {@code idle_session_timeout} of the server. */
    private static final String IDLE_TOO_LONG = "57P05";

    private final ClientMessages messages;
    private final ClientState state;
    private final KeyedPool home;

    /** What is sent again when its refusal is over. */
    private @Nullable ClientStatement refused;

    private boolean moving;

    /** Bytes of answers since nothing was due. */
    private long heard;

    Retrial(ClientMessages messages, ClientState state, KeyedPool home) {
        this.messages = messages;
        this.state = state;
        this.home = home;
    }

    /** Passes answers on, unless they are of what is going to be sent again: ReadyForQuery alone is left of that. */
    void answered(ByteBuf bytes, BackendSink sink) {
        if (refused == null) {
            heard += bytes.readableBytes();
            sink.received(bytes);
        } else {
            bytes.release();
        }
    }

    /** Nothing is due any more. */
    void settled() {
        heard = 0;
    }

    /** Whether a refusal has to be over before all is sent again. */
    boolean isHealing() {
        return refused != null;
    }

    /** Whether all is going to be sent to another connection. */
    boolean isMoving() {
        return moving;
    }

    /**
     * Whether what was sent to a connection that the server ends can be sent to another one.
     *
     * @param error the server's last word
     */
    boolean moves(PgError error) {
        moving = error.sqlState().equals(IDLE_TOO_LONG) && heard == 0 && !state.isPinned() && messages.isKept();
        if (moving) {
            messages.prepareToRepeat(); // what comes before the connection ends goes elsewhere, too
        }
        return moving;
    }

    /** All is sent again, elsewhere. */
    void move() {
        moving = false;
        messages.forwarding().lost();
        messages.repeat();
    }

    /**
     * A Bind was refused for what is no fault of the client's: all is sent again once the refusal is over, if nothing
     * has come of it that the client has heard of.
     *
     * @param outdated whether definitions have been changed
     * @return false if the client has to hear of it
     */
    boolean heals(ClientStatement statement, boolean outdated, PooledConnection on) {
        Upstream upstream = on.upstream();
        if (upstream.status() != TransactionStatus.IDLE
                || !upstream.expected().isOneExchange()
                || heard != messages.repetition().bytesTold()
                || state.pins().contains(PinReason.LISTEN) // what it is notified of may stand in the refusal
                || !messages.isRepeatable(statement, outdated)) {
            return false;
        }
        on.held().remove(statement.there(), statement.statement());
        refused = statement;
        messages.prepareToRepeat();
        home.counts().healed.increment();
        return true;
    }

    /** The refusal is over: all is sent again. */
    void heal() {
        ClientStatement statement = refused;
        if (statement != null) {
            refused = null;
            state.forgetFailure();
            messages.forwarding().parsing().renew(statement);
            messages.repeat();
        }
    }
}
