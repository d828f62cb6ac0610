package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.Swallowed;
import io.pgproxy.protocol.PgError;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SessionEffect;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The prepared statements that the SQL of a Query names, as EXECUTE does. Where the Query goes they may not be the
 * same: their Parse was answered from recordings, or they were prepared or closed elsewhere.
 */
final class StatementsInFront {
    private final HookSteering steering;
    private final PreparedTexts prepared;

    /** What the names stood for when the Query came. */
    private final List<NamedStatement> named;

    StatementsInFront(HookSteering steering, PreparedTexts prepared, List<AnalyzedStatement> query) {
        this.steering = steering;
        this.prepared = prepared;
        List<SessionEffect> effects = new ArrayList<>(0);
        query.forEach(statement -> effects.addAll(statement.facts().effects()));
        this.named = steering.names().named(effects);
    }

    /**
     * Has the names stand for the same where the exchange goes, which has to be known.
     *
     * @param then goes on with the Query
     * @param failed told instead if something cannot be prepared; the client has been told
     * @param skipped told instead if the Query comes behind an error in its own batch
     */
    void bring(Runnable then, Consumer<PgError> failed, Runnable skipped) {
        List<NamedStatement> differing = named.isEmpty() ? named : prepared.differing(named);
        if (differing.isEmpty()) {
            then.run();
            return;
        }
        steering.afterAnswers(
                () -> {
                    boolean endsBatch = !steering.heldBack().isUnsent();
                    differing.forEach(prepared::bring);
                    if (!endsBatch) {
                        sync();
                    }
                    steering.afterAnswers(() -> brought(differing, then, failed), skipped);
                },
                skipped);
    }

    /** In a batch of its own: behind an error the server would skip the Query, too. */
    private void sync() {
        ByteBuf sync = ByteBufAllocator.DEFAULT.buffer(5);
        sync.writeByte('S').writeInt(4);
        steering.traffic().ask(ExpectedAnswers.SYNC, new Swallowed(false), sync);
    }

    private void brought(List<NamedStatement> names, Runnable then, Consumer<PgError> failed) {
        for (NamedStatement each : names) {
            PgError error = each.statement() == null ? null : each.statement().unprepared();
            if (error != null) {
                failed.accept(error);
                steering.sayLast(
                        Unpooled.EMPTY_BUFFER, steering.traffic().target().status());
                return;
            }
        }
        then.run();
    }
}
