package io.pgproxy.audit;

import io.pgproxy.core.wire.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A sink that a test can stall. */
final class HeldSink implements AuditSink {
    private final List<AuditRecord> written = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean isStuck;
    private volatile boolean closed;

    void stall() {
        gate = new CountDownLatch(1);
    }

    void goOn() {
        gate.countDown();
    }

    /** Waits until the audit's thread hangs in this sink. */
    void awaitStuck() throws Exception {
        Await.until("the sink is stuck", () -> isStuck);
    }

    List<AuditRecord> written() {
        return written;
    }

    List<ExecutionRecord> executions() {
        return written.stream()
                .filter(ExecutionRecord.class::isInstance)
                .map(ExecutionRecord.class::cast)
                .toList();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void write(List<AuditRecord> records) {
        CountDownLatch now = gate;
        isStuck = now.getCount() > 0;
        try {
            now.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            isStuck = false;
        }
        written.addAll(records);
    }

    @Override
    public void close() {
        closed = true;
    }
}
