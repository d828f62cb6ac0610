package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.TransactionStatus;

/** The turn of an answer that the proxy gives by itself. */
final class OwnTurn implements TurnSource, Reply {
    private final OwnAnswer answer;
    private final ServingPhase session;
    private boolean mine;
    private boolean ended;
    private boolean left;

    OwnTurn(OwnAnswer answer, ServingPhase session) {
        this.answer = answer;
        this.session = session;
    }

    boolean isEnded() {
        return ended;
    }

    OwnAnswer answer() {
        return answer;
    }

    @Override
    public void takeTurn() {
        if (!mine && !ended) {
            mine = true;
            answer.turn(this);
            if (left) {
                session.leave();
            }
        }
    }

    /** The client has taken its leave within the exchange: what would end it never comes. */
    void leave() {
        left = true;
        if (mine) {
            session.leave();
        }
    }

    @Override
    public void waitForTurn() {}

    @Override
    public void abandoned() {
        if (!ended) {
            ended = true;
            answer.abandoned();
        }
    }

    @Override
    public TransactionStatus status() {
        return session.transaction();
    }

    @Override
    public void write(ByteBuf messages) {
        session.client().write(messages);
    }

    @Override
    public void flush() {
        session.client().flush();
    }

    @Override
    public void end(TransactionStatus status) {
        if (ended || !mine) {
            throw new IllegalStateException("an answer is ended once, at its turn");
        }
        ended = true;
        session.client().flush();
        session.ownExchangeEnded(this, status);
    }
}
