package io.pgproxy.cache;

import io.pgproxy.hook.Ending;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Outcome;
import io.pgproxy.protocol.TransactionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a session has written and not committed, and whose commit is under way. On its event loop only.
 *
 * <p>A write in a block changes nothing for others until the block's COMMIT is sent; one that commits by itself may be
 * there as soon as it is sent. From then to the end of the transaction its tables count as changing.
 */
final class OpenWrites {
    private final DatabaseVersions database;
    private final Doubts doubts;
    private final Runnable redefined;
    private final long unknownMillis;

    /** Those that are under way. */
    private final List<Write> live = new ArrayList<>();

    /** Those that have run, and whether their commit was sent. */
    private final Map<TableVersion, Boolean> done = new HashMap<>();

    private boolean doneDefines;
    private final Set<Doubt> doneInDoubt = new HashSet<>(2);
    private long doneKnown = Long.MAX_VALUE;

    /**
     * None yet.
     *
     * @param database where its tables are
     * @param unknownFor how long a server that has lost its client in COMMIT may yet come to it
     */
    OpenWrites(CachedDatabase database, Duration unknownFor) {
        this.database = database.versions();
        this.doubts = database.doubts();
        this.redefined = database::refresh;
        this.unknownMillis = unknownFor.toMillis();
    }

    private static final class Write {
        private final Execution execution;
        private final List<TableVersion> tables;
        private final boolean defines;
        private final @Nullable Doubt doubt;
        private final long known;
        private boolean begun;

        Write(Execution execution, List<TableVersion> tables, boolean defines, @Nullable Doubt doubt, long known) {
            this.execution = execution;
            this.tables = tables;
            this.defines = defines && doubt == null;
            this.doubt = doubt;
            this.known = known;
        }

        void begin() {
            if (!begun) {
                begun = true;
                tables.forEach(TableVersion::begin);
            }
        }

        void end() {
            if (begun) {
                tables.forEach(TableVersion::end);
            }
        }
    }

    /**
     * A write is about to be sent.
     *
     * @param defines whether it may change definitions
     * @param doubt tells later whether it has, if that is not known yet
     * @param known the number of {@link DatabaseVersions#definitions} when its tables were looked up: if others come
     *     before it ends, it may have waited for them, and written what nobody foresaw
     * @param inBlock whether it certainly runs in a block, which commits later
     */
    void add(
            Execution execution,
            List<TableVersion> tables,
            boolean defines,
            @Nullable Doubt doubt,
            long known,
            boolean inBlock) {
        Write write = new Write(execution, tables, defines, doubt, known);
        if (!inBlock) {
            write.begin();
        }
        live.add(write);
    }

    /** What ends a block is about to be sent. */
    void commits() {
        live.forEach(Write::begin);
        if (!done.isEmpty() && database.definitions() != doneKnown) {
            done.putIfAbsent(database.everything(), false);
        }
        done.replaceAll((table, begun) -> {
            if (!begun) {
                table.begin();
            }
            return true;
        });
    }

    /** {@return whether there are none} */
    boolean isEmpty() {
        return live.isEmpty() && done.isEmpty();
    }

    /** An execution has ended. */
    void completed(Execution execution, Outcome.Status status) {
        Write write = live.isEmpty() ? null : take(execution);
        if (write == null) {
            return;
        }
        switch (status) {
            case REFUSED, SKIPPED -> write.end();
            case ABANDONED -> {
                // A portal may have run in part, and its transaction may have ended before it was told of or may not.
                if (execution.session().transaction() == TransactionStatus.IDLE) {
                    write.begin();
                    endLater(write);
                } else {
                    keep(write);
                }
            }
            default -> keep(write);
        }
    }

    private @Nullable Write take(Execution execution) {
        for (Iterator<Write> all = live.iterator(); all.hasNext(); ) {
            Write write = all.next();
            if (write.execution == execution) {
                all.remove();
                return write;
            }
        }
        return null;
    }

    private void keep(Write write) {
        doneDefines |= write.defines;
        if (write.doubt != null) {
            doneInDoubt.add(write.doubt);
        }
        doneKnown = Math.min(doneKnown, write.known);
        for (TableVersion table : write.tables) {
            Boolean before = done.get(table);
            if (before == null) {
                done.put(table, write.begun);
            } else if (write.begun) {
                if (before) {
                    table.end(); // it is under way once more already
                } else {
                    done.put(table, true);
                }
            }
        }
    }

    /** A transaction has ended: that of all writes that have run. */
    void ended(Ending ending) {
        if (done.isEmpty()) {
            return;
        }
        if (ending == Ending.UNKNOWN) {
            List<TableVersion> tables = new ArrayList<>();
            done.forEach((table, begun) -> {
                if (!begun) {
                    table.begin();
                }
                tables.add(table);
            });
            endLater(tables, doneDefines, Set.copyOf(doneInDoubt), doneKnown);
        } else {
            boolean committed = ending == Ending.COMMITTED;
            if (database.definitions() != doneKnown) {
                database.everything().changed();
            }
            if (committed || done.containsValue(true)) {
                define(doneDefines, doneInDoubt);
            }
            done.forEach((table, begun) -> {
                if (begun) {
                    table.end();
                } else if (committed) {
                    table.changed();
                }
            });
        }
        done.clear();
        doneDefines = false;
        doneInDoubt.clear();
        doneKnown = Long.MAX_VALUE;
    }

    private void define(boolean certainly, Set<Doubt> inDoubt) {
        if (certainly) {
            database.redefined();
            redefined.run();
        } else {
            inDoubt.forEach(doubts::add);
        }
    }

    /** The session is over. */
    void closed() {
        for (Write write : live) {
            write.begin();
            endLater(write);
        }
        live.clear();
        ended(Ending.UNKNOWN);
    }

    private void endLater(Write write) {
        endLater(write.tables, write.defines, write.doubt == null ? Set.of() : Set.of(write.doubt), write.known);
    }

    /** Nobody knows when: not before the server must have come to know that its client has gone. */
    private void endLater(List<TableVersion> tables, boolean defines, Set<Doubt> inDoubt, long known) {
        Executor later = CompletableFuture.delayedExecutor(unknownMillis, TimeUnit.MILLISECONDS, Runnable::run);
        later.execute(() -> {
            if (database.definitions() != known) {
                database.everything().changed();
            }
            define(defines, inDoubt);
            tables.forEach(TableVersion::end);
        });
    }
}
