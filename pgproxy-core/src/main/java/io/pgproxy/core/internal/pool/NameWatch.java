package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sees what becomes of PREPARE and DEALLOCATE while their answer passes: names change when the server says so. */
final class NameWatch implements AnswerOwner {
    /** What EXECUTE says behind a PREPARE that was refused. */
    private static final Set<String> BEHIND_REFUSAL =
            Set.of(SqlState.INVALID_SQL_STATEMENT_NAME, SqlState.IN_FAILED_SQL_TRANSACTION);

    /** Detail, hint, and the names of schema, table, column, type and constraint. */
    private static final String KEPT = "DHstcdn";

    private static final Interest TAGS = Upstream.WATCHED.show(BackendTag.COMMAND_COMPLETE);

    private final Footprint left;
    private final ClientState state;
    private final VirtualSession session;
    private final PooledConnection connection;
    private int completed;

    NameWatch(Footprint left, ClientState state, VirtualSession session, PooledConnection connection) {
        this.left = left;
        this.state = state;
        this.session = session;
        this.connection = connection;
    }

    @Override
    public Interest interest() {
        return TAGS;
    }

    @Override
    public boolean relays() {
        return true;
    }

    @Override
    public boolean standsForClients() {
        return true;
    }

    @Override
    public void completed(ByteBuf buffer, int from, int length, Upstream upstream) {
        int statement = completed++;
        for (NameUse use : left.names()) {
            if (use.statement() == statement) {
                take(use);
            }
        }
    }

    private void take(NameUse use) {
        switch (use.kind()) {
            case PREPARES -> {
                PooledStatement statement = PooledStatement.prepared(use);
                state.statements().put(use.name(), new ClientStatement(use.name(), statement, session));
                connection.held().put(use.name(), statement);
            }
            case FORGETS -> {
                state.statements().remove(use.name());
                connection.held().remove(use.name());
            }
            case FORGETS_ALL -> {
                state.statements().clear();
                connection.held().clear();
            }
            case EXECUTES -> {
                // the name stays
            }
        }
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        PgError why = frame.tag() == 'E' ? whyNotThere(PoolErrors.read(frame)) : null;
        if (why == null) {
            upstream.relay(frame.bytes());
        } else {
            frame.release();
            ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
            why.writeError(bytes);
            upstream.relay(bytes);
        }
    }

    /** If something could not be prepared there, its error is the one that EXECUTE would have met. */
    private @Nullable PgError whyNotThere(PgError error) {
        if (!BEHIND_REFUSAL.contains(error.sqlState())) {
            return null;
        }
        for (NameUse use : left.names()) {
            PgError why =
                    use.kind() == NameUse.Kind.EXECUTES ? connection.held().takeRefusal(use.name()) : null;
            if (why != null) {
                return withoutPlace(why);
            }
        }
        return null;
    }

    /** The place is one in the text of PREPARE. */
    private static PgError withoutPlace(PgError error) {
        PgError told = PgError.of(error.sqlState(), error.message());
        for (PgError.Field field : error.fields()) {
            if (KEPT.indexOf(field.code()) >= 0) {
                told = told.with(field.code(), field.value());
            }
        }
        return told;
    }

    @Override
    public void skipped() {}
}
