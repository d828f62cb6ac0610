package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to what puts settings into force. In an exchange of its own: {@code then} is told how it ended. Within a
 * client's batch: an error is the client's, for what it sent behind is skipped.
 */
final class SettingsAnswer implements AnswerOwner {
    private final Executor loop;
    private final GovernedSettings governed;
    private final @Nullable Consumer<@Nullable PgError> then;
    private @Nullable PgError error;

    /**
     * An answer.
     *
     * @param then null within a client's batch
     */
    SettingsAnswer(Executor loop, GovernedSettings governed, @Nullable Consumer<@Nullable PgError> then) {
        this.loop = loop;
        this.governed = governed;
        this.then = then;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        byte tag = frame.tag();
        if (tag == 'E') {
            error = Watch.error(frame);
            governed.unknown();
        }
        if (tag == 'E' && then == null) {
            upstream.relay(frame.bytes());
        } else {
            frame.release();
        }
        if (tag == 'Z' && then != null) {
            // Behind this message's own bookkeeping. A statement in a failed block gets the server's own answer:
            // ROLLBACK has to pass.
            boolean inFailedBlock = error != null && error.sqlState().equals(SqlState.IN_FAILED_SQL_TRANSACTION);
            PgError told = inFailedBlock ? null : error;
            loop.execute(() -> then.accept(told));
        }
    }

    @Override
    public void skipped() {
        governed.unknown();
    }
}
