package io.pgproxy.core.internal.fanout;

import io.pgproxy.protocol.PgError;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which writers are taken out, for all sessions. Thread-safe. */
public final class Fences {
    private static final Logger LOG = LoggerFactory.getLogger(Fences.class);

    private final Set<String> names;
    private final boolean fencing;
    private final BiConsumer<String, String> onFenced;
    private final Consumer<String> onUnfenced;

    /** Never changed, but replaced. */
    private volatile Set<String> fenced;

    /**
     * Of some writers.
     *
     * @param names of all of them
     * @param fenced which of them are out from the beginning
     * @param fencing whether those that are lost are taken out
     * @param onFenced is told the name, and why
     * @param onUnfenced is told the name
     */
    public Fences(
            Set<String> names,
            Set<String> fenced,
            boolean fencing,
            BiConsumer<String, String> onFenced,
            Consumer<String> onUnfenced) {
        this.names = Set.copyOf(names);
        this.fenced = Set.copyOf(fenced);
        this.fencing = fencing;
        this.onFenced = onFenced;
        this.onUnfenced = onUnfenced;
    }

    /** {@return the names of those that are out; another instance when that has changed} */
    public Set<String> fenced() {
        return fenced;
    }

    /**
     * A session has lost a writer.
     *
     * @param certainly whether it may have missed something, whatever the reason
     * @return whether it is out
     */
    synchronized boolean lost(String name, PgError why, boolean certainly) {
        if (fenced.contains(name)) {
            return true;
        }
        if (!fencing || fenced.size() + 1 == names.size() || !(certainly || isAway(why.sqlState()))) {
            return false;
        }
        Set<String> next = new LinkedHashSet<>(fenced);
        next.add(name);
        fenced = Set.copyOf(next);
        String reason = why.sqlState() + " " + why.message();
        LOG.warn("writer {} is taken out: {}", name, reason);
        tell(() -> onFenced.accept(name, reason));
        return true;
    }

    /** A server can end a session for reasons of that session: such as a time-out, which the others have as well. */
    private static boolean isAway(String sqlState) {
        return sqlState.startsWith("08")
                || switch (sqlState) {
                    case "57P01", "57P02", "57P03" -> true;
                    default -> false;
                };
    }

    /**
     * A writer is to be written to again.
     *
     * @param name its name
     * @return whether it was out
     * @throws IllegalArgumentException if there is no such writer
     */
    public synchronized boolean unfence(String name) {
        if (!names.contains(name)) {
            throw new IllegalArgumentException("no writer is named " + name);
        }
        if (!fenced.contains(name)) {
            return false;
        }
        Set<String> next = new LinkedHashSet<>(fenced);
        next.remove(name);
        fenced = Set.copyOf(next);
        LOG.warn("writer {} is back", name);
        tell(() -> onUnfenced.accept(name));
        return true;
    }

    private static void tell(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            LOG.error("a listener of writers has failed", e);
        }
    }
}
