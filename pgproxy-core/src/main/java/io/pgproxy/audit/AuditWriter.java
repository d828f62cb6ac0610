package io.pgproxy.audit;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The work of the audit's thread: takes what waits, gives it to the sink, and makes room. */
final class AuditWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
    private static final int MOST_AT_ONCE = 256;
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long BEFORE_NEXT_TRY = TimeUnit.SECONDS.toNanos(1);
    private static final long BETWEEN_LAST_TRIES = TimeUnit.MILLISECONDS.toNanos(50);

    private final AuditSink sink;
    private final Ledger ledger;
    private final Room room;
    private final Waiters waiters;
    private final ShownTexts texts;
    private final Clock clock;
    private final AtomicLong failures = new AtomicLong();
    private final RareLog failureLog = new RareLog();
    private final RareLog lossLog = new RareLog();
    private final List<Entry> batch = new ArrayList<>(MOST_AT_ONCE);
    private boolean flushed = true;
    private volatile boolean ending;
    private volatile boolean givenUp;

    AuditWriter(AuditSink sink, Ledger ledger, Room room, Waiters waiters, ShownTexts texts, Clock clock) {
        this.sink = sink;
        this.ledger = ledger;
        this.room = room;
        this.waiters = waiters;
        this.texts = texts;
        this.clock = clock;
    }

    long failures() {
        return failures.get();
    }

    /** Lets it write what waits, and end. Any thread. */
    void end() {
        ending = true;
        ledger.wake();
    }

    /** Lets it end without writing; whoever calls this interrupts it as well. Any thread. */
    void giveUp() {
        room.close(); // before the sink is left: nobody is to be let in for what it leaves
        givenUp = true;
    }

    @Override
    public void run() {
        while (!givenUp) {
            if (takeBatch()) {
                writeOrLose();
            } else if (rest()) {
                break;
            }
        }
        loseTheRest();
        Thread.interrupted(); // the sink may have to write once more
        try {
            sink.close();
        } catch (Exception | Error e) {
            failed(e);
        }
    }

    private boolean takeBatch() {
        while (batch.size() < MOST_AT_ONCE) {
            Entry next = ledger.poll();
            if (next == null) {
                break;
            }
            batch.add(next);
        }
        return !batch.isEmpty();
    }

    /** Whatever goes wrong, this thread goes on: without it nothing is written, and perhaps nothing runs. */
    private void writeOrLose() {
        try {
            write();
        } catch (RuntimeException | Error e) {
            failed(e);
            ledger.lose(batch.size());
            free();
        }
    }

    private void write() {
        List<AuditRecord> records = new ArrayList<>(batch.size() + 1);
        long untold = ledger.takeUntold();
        if (untold > 0) {
            records.add(loss(untold));
        }
        for (Entry entry : batch) {
            records.add(entry.record(texts));
        }
        if (!given(records)) {
            ledger.giveBackUntold(untold);
            ledger.lose(batch.size());
        }
        free();
    }

    private LossRecord loss(long records) {
        if (lossLog.isDue()) {
            LOG.warn("the audit has lost {} records", records);
        }
        return new LossRecord(clock.instant(), records);
    }

    /** Makes room for others. */
    private void free() {
        int weight = 0;
        for (Entry entry : batch) {
            weight += entry.weight();
            Trail overdrawn = entry.overdraws();
            if (overdrawn != null) {
                overdrawn.settle();
            }
        }
        batch.clear();
        room.free(weight);
        waiters.grant();
    }

    /** Gives them to the sink until it takes them; false if they are lost. */
    private boolean given(List<AuditRecord> records) {
        List<AuditRecord> whole = List.copyOf(records);
        while (!givenUp) {
            Thread.interrupted(); // a sink may have left that behind; who means to end this says so again
            try {
                flushed = false;
                sink.write(whole);
                return true;
            } catch (IOException e) {
                failed(e);
                LockSupport.parkNanos(this, ending ? BETWEEN_LAST_TRIES : BEFORE_NEXT_TRY);
            } catch (Exception | Error e) {
                failed(e);
                return false;
            }
        }
        return false;
    }

    /** Nothing waits; whether that is the end. */
    private boolean rest() {
        boolean told = told();
        boolean quiet = isFlushed() && told;
        if (ending && quiet && room.closeIfEmpty()) {
            return true;
        }
        ledger.nap(NAP);
        if (room.waiting() == 0 && !ending) {
            ledger.sleep(quiet ? 0 : BEFORE_NEXT_TRY);
        } else if (!quiet) {
            LockSupport.parkNanos(this, BETWEEN_LAST_TRIES);
        }
        return false;
    }

    /** Tells of losses; false if that has to be tried again soon. */
    private boolean told() {
        long untold = ledger.takeUntold();
        if (untold == 0) {
            return true;
        }
        try {
            flushed = false;
            sink.write(List.of(loss(untold)));
        } catch (IOException e) {
            failed(e);
            ledger.giveBackUntold(untold);
            return false;
        } catch (Exception | Error e) {
            failed(e);
            ledger.giveBackUntold(untold); // with the next batch
        }
        return true;
    }

    private boolean isFlushed() {
        if (flushed) {
            return true;
        }
        try {
            sink.flush();
            flushed = true;
        } catch (IOException e) {
            failed(e);
        } catch (Exception | Error e) {
            failed(e);
            flushed = true; // it is broken, and not only late
        }
        return flushed;
    }

    private void failed(Throwable cause) {
        failures.incrementAndGet();
        if (failureLog.isDue()) {
            // The message of another exception may hold anything.
            String why = cause instanceof IOException
                    ? cause.toString()
                    : cause.getClass().getName();
            LOG.warn("the audit is not written: {}", why);
            LOG.debug("the audit is not written", cause);
        }
    }

    private void loseTheRest() {
        room.close();
        while (room.waiting() > 0) {
            if (takeBatch()) {
                ledger.lose(batch.size());
                free();
            } else {
                Thread.onSpinWait();
            }
        }
        if (ledger.hasUntold()) {
            LOG.warn("the audit ends without {} records", ledger.takeUntold());
        }
    }
}
