package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.protocol.TransactionStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What undoes what a client has left on a connection. */
final class Cleaning {
    /**
     * All of DISCARD ALL but the prepared statements, which the pool knows, and plans, which are no state: these are
     * looked at instead. Each statement undoes one thing whatever it was: see {@code DiscardAll} in the server's
     * discard.c, and RESET ROLE, which RESET ALL does not imply.
     */
    private static final List<String> EVERYTHING = List.of(
            "RESET SESSION AUTHORIZATION",
            "RESET ROLE",
            "RESET ALL",
            "CLOSE ALL",
            "UNLISTEN *",
            "SELECT pg_catalog.pg_advisory_unlock_all()",
            "DISCARD SEQUENCES",
            "DISCARD TEMP");

    private static final String PREPARED = "SELECT name FROM pg_catalog.pg_prepared_statements";

    /** Settings that would end, or cut short, what others do there before they could be undone. */
    private static final Set<String> URGENT =
            Set.of("statement_timeout", "transaction_timeout", "lock_timeout", "idle_session_timeout");

    private Cleaning() {}

    /**
     * What has to be sent before another client may have it.
     *
     * @param status of its transaction
     * @param everything whether anything may have been changed
     * @param statements whether prepared statements go, too
     * @param urgent the urgent settings there; the next client's difference undoes what can wait for it
     * @return null if nothing has to be
     */
    static @Nullable String sql(TransactionStatus status, boolean everything, boolean statements, Set<String> urgent) {
        if (status == TransactionStatus.IDLE && !everything && urgent.isEmpty()) {
            return null;
        }
        List<String> steps = new ArrayList<>();
        if (status != TransactionStatus.IDLE) {
            steps.add("ROLLBACK");
        }
        if (everything) {
            steps.addAll(EVERYTHING);
            if (statements) {
                steps.add("DEALLOCATE ALL");
            }
            steps.add(PREPARED);
        } else {
            urgent.forEach(name -> steps.add("RESET " + name));
        }
        return steps.isEmpty() ? null : String.join(";", steps);
    }

    /** Whether a setting would do harm before it could be undone. */
    static boolean isUrgent(String setting) {
        return URGENT.contains(setting);
    }

    /** Whether no statement is prepared there that nobody knows of, and none that somebody believes in is gone. */
    static boolean holdsOnly(Set<String> known, List<List<@Nullable String>> rows) {
        Set<@Nullable String> there = new HashSet<>();
        for (List<@Nullable String> row : rows) {
            if (!row.isEmpty() && row.get(0) != null && !row.get(0).isEmpty()) {
                there.add(row.get(0));
            }
        }
        return there.equals(known);
    }

    /** {@return Terminate} */
    static ByteBuf terminate() {
        return ByteBufAllocator.DEFAULT.buffer(5).writeByte('X').writeInt(4);
    }
}
