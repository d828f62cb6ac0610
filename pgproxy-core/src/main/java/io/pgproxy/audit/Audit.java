package io.pgproxy.audit;

import io.pgproxy.hook.QueryHook;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a record of each execution and each session of a proxy. {@link #hook} is registered with the proxy, once; a
 * daemon thread, {@code pgproxy-audit}, gives the records to an {@link AuditSink}. Event loops only take down what has
 * happened, and never wait.
 *
 * <pre>{@code
 * try (Audit audit = Audit.to(JsonLines.toFile(Path.of("audit.jsonl")));
 *         ProxyServer proxy = ProxyServer.builder().upstream(url).hook("audit", audit.hook()).build().start()) {
 *     …
 * }
 * }</pre>
 *
 * <p>Each execution has exactly one record, in the order in which they end, as {@link io.pgproxy.hook.ObserveHook} is
 * told of it: refused, skipped, abandoned and cancelled ones, too. With {@link WhenFull#BLOCK} a place for it is
 * promised when it is admitted, so that its record is never lost. What is refused before it was admitted (by an earlier
 * hook, say) has a record without a promise, which may be one more than there is room for. So register the audit as the
 * first hook: then its statements wait for room before other hooks are asked, and there are never more of these than
 * one refused Query for each session. If it is not, a session with a hundred of them is dropped.
 *
 * <p>Promises count against the capacity while something waits to be written. So not more than the capacity waits and
 * runs while the sink is behind, but for what had been admitted before.
 *
 * <p>Close it when no session is left: behind its end records are counted as lost, and with {@link WhenFull#BLOCK}
 * executions and sessions are refused with 55000. Any thread.
 */
public final class Audit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final long BETWEEN_INTERRUPTS_MS = 50;

    private final Ledger ledger;
    private final Room room;
    private final Waiters waiters;
    private final AuditWriter writer;
    private final QueryHook hook;
    private final Thread thread;
    private final Duration closeDeadline;

    Audit(AuditSink sink, AuditBuilder options) {
        boolean keepsAll = options.whenFull() == WhenFull.BLOCK;
        room = new Room(options.capacity());
        ledger = new Ledger(room, keepsAll);
        waiters = new Waiters(room, options.patience());
        writer = new AuditWriter(sink, ledger, room, waiters, new ShownTexts(options.text()), options.clock());
        closeDeadline = options.closeDeadline();
        Bookkeeping books = new Bookkeeping(ledger, room, keepsAll, options.text(), options.clock());
        hook = keepsAll
                ? QueryHook.all(new AdmissionGate(books, ledger, room, waiters, options.patience()), books)
                : books;
        thread = new Thread(writer, "pgproxy-audit");
        thread.setDaemon(true);
        ledger.writtenBy(thread);
        thread.start();
    }

    /**
     * An audit with the default options.
     *
     * @param sink where records go; closed with the audit
     * @return an audit, with its thread
     */
    public static Audit to(AuditSink sink) {
        return builder(sink).build();
    }

    /**
     * An audit with options.
     *
     * @param sink where records go; closed with the audit
     * @return a builder with the defaults
     */
    public static AuditBuilder builder(AuditSink sink) {
        return new AuditBuilder(sink);
    }

    /** {@return the hook, always the same; to be registered under one name, first of all} */
    public QueryHook hook() {
        return hook;
    }

    /**
     * {@return how many records have been lost so far} With {@link WhenFull#BLOCK} that is only what a broken sink
     * lost, and what came to {@link #close} too late.
     */
    public long dropped() {
        return ledger.dropped();
    }

    /** {@return how often the sink has thrown so far} */
    public long failures() {
        return writer.failures();
    }

    /** {@return how much waits to be written now, in the unit of {@link AuditBuilder#capacity}} */
    public long waiting() {
        return room.waiting();
    }

    /**
     * Writes what waits, for as long as {@link AuditBuilder#closeDeadline} says; interrupts the sink then, and counts
     * the rest as lost. Closes the sink and ends the threads. Blocks, so it is not to be called on an event loop; does
     * not wait any longer when it is interrupted. Idempotent.
     */
    @Override
    public void close() {
        writer.end();
        boolean interrupted = joined(closeDeadline.toMillis());
        if (thread.isAlive()) {
            writer.giveUp();
            long end = System.nanoTime() + LAST_WORDS.toNanos();
            while (thread.isAlive() && System.nanoTime() < end) {
                thread.interrupt();
                interrupted |= joined(BETWEEN_INTERRUPTS_MS);
            }
        }
        room.close();
        waiters.close();
        interrupted |= clockEnded();
        if (thread.isAlive()) {
            LOG.warn("the sink of the audit does not come to an end");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the audit's thread; whether this one was interrupted meanwhile. */
    private boolean joined(long millis) {
        try {
            thread.join(Math.max(1, millis));
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private boolean clockEnded() {
        try {
            waiters.awaitEnd(LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }
}
