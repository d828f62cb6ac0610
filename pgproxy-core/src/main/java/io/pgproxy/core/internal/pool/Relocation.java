package io.pgproxy.core.internal.pool;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import org.jspecify.annotations.Nullable;

/**
 * How an open block goes on elsewhere: it has done nothing but read, so it is begun there once more, and nobody hears
 * of that. If it cannot be, the session ends: what comes next must not run outside of the block.
 */
final class Relocation {
    private static final PgError LOST_BLOCK = PgError.of("58000", "the transaction could not be begun again");

    private final VirtualSession session;
    private final Homes homes;
    private final Attachment attachment;
    private final QueuePlace place;
    private final ClientState state;
    private final TransactionEnd transactionEnd;
    private @Nullable String begin;
    private Runnable then = () -> {};

    Relocation(
            VirtualSession session,
            Homes homes,
            Attachment attachment,
            QueuePlace place,
            ClientState state,
            TransactionEnd transactionEnd) {
        this.session = session;
        this.homes = homes;
        this.attachment = attachment;
        this.place = place;
        this.state = state;
        this.transactionEnd = transactionEnd;
    }

    boolean isUnderWay() {
        return begin != null;
    }

    /**
     * Leaves; what is wanted of {@link Homes} says where to.
     *
     * @param from where the block is, with nothing due
     * @param sql what it has begun with
     * @param arrived called when it goes on
     */
    void begin(PooledConnection from, String sql, Runnable arrived) {
        begin = sql;
        then = arrived;
        from.query("ROLLBACK", new OwnQuery(answer -> homes.loop().execute(() -> left(from, answer))));
        attachment.flush();
    }

    private void left(PooledConnection from, OwnQuery answer) {
        if (attachment.connection() != from) {
            return;
        }
        if (!answer.succeeded()) {
            attachment.detach();
            from.destroy();
            fail(answer.error());
        } else if (!transactionEnd.asks(from, () -> leave(from))) {
            leave(from);
        }
    }

    /** What was sent right in front of the block is known by now, and may keep it where it is. */
    private void leave(PooledConnection from) {
        if (state.isPinned()) {
            arrived(from);
            return;
        }
        attachment.detach();
        from.leave();
        PooledConnection free = place.take(homes.choose());
        if (free != null) {
            session.served(free);
        }
    }

    /** A connection was got. */
    void arrived(PooledConnection at) {
        String sql = begin;
        if (sql != null) {
            at.query(sql, new OwnQuery(answer -> homes.loop().execute(() -> begun(at, answer))));
            attachment.flush();
        }
    }

    private void begun(PooledConnection at, OwnQuery answer) {
        if (attachment.connection() != at) {
            return;
        }
        if (answer.error() != null || at.upstream().status() != TransactionStatus.IN_TRANSACTION) {
            fail(answer.error());
            return;
        }
        begin = null;
        then.run();
    }

    private void fail(@Nullable PgError why) {
        session.fail((why == null ? LOST_BLOCK : why).fatal());
    }

    /** Tells whether it is under way; no text. */
    @Override
    public String toString() {
        return "Relocation[" + isUnderWay() + "]";
    }
}
