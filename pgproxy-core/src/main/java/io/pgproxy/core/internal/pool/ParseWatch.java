package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.frame.Frame;

/**
 * The answer to a client's Parse with a name: the client has the statement unless the server says otherwise. Where the
 * upstream has it already, Close of a name that it does not have was sent in its place, whose answer comes, or is
 * skipped, exactly where that of Parse would.
 */
final class ParseWatch implements AnswerOwner {
    private final ClientStatement statement;
    private final ClientState state;
    private final Repetition repetition;
    private final PooledConnection connection;
    private final boolean known;

    /** {@code known} tells whether the upstream has it already. */
    ParseWatch(
            ClientStatement statement,
            ClientState state,
            Repetition repetition,
            PooledConnection connection,
            boolean known) {
        this.statement = statement;
        this.state = state;
        this.repetition = repetition;
        this.connection = connection;
        this.known = known;
    }

    @Override
    public boolean standsForClients() {
        return true;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        switch (frame.tag()) {
            case '1', '3' -> {
                frame.release();
                if (repetition.confirmed(statement)) {
                    upstream.relay(
                            ByteBufAllocator.DEFAULT.buffer(5).writeByte('1').writeInt(4));
                }
            }
            case 'E' -> {
                skipped();
                upstream.relay(frame.bytes());
            }
            default -> upstream.relay(frame.bytes());
        }
    }

    /** It was not prepared; a later Parse of the same name may have been. */
    @Override
    public void skipped() {
        repetition.unconfirmed();
        if (!known) {
            connection.held().remove(statement.there(), statement.statement());
        }
        statement.neverWas();
        ClientStatement before = statement.standing();
        if (state.statements().remove(statement.name(), statement) && before != null) {
            state.statements().put(statement.name(), before);
        }
    }
}
