package io.pgproxy.examples.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/**
 * From the start of an example to SIGINT or SIGTERM: what it keeps is closed then, the last first, and the process ends
 * with 0. Without a signal, {@link #close()} does the same and leaves the exit code to the caller.
 */
public final class Lifetime implements AutoCloseable {

    private final Deque<AutoCloseable> kept = new ArrayDeque<>();
    private final Thread onSignal = new Thread(this::end, "pgproxy-signal");
    private boolean closed;

    private Lifetime() {}

    /**
     * Begins.
     *
     * @return a lifetime that a signal ends
     */
    public static Lifetime untilSignal() {
        Lifetime lifetime = new Lifetime();
        Runtime.getRuntime().addShutdownHook(lifetime.onSignal);
        return lifetime;
    }

    /**
     * Closes a thing at the end.
     *
     * @param <T> its type
     * @param thing whatever must not outlive the process
     * @return the thing
     * @throws InterruptedException if the end came before it
     */
    public <T extends AutoCloseable> T keep(T thing) throws InterruptedException {
        synchronized (kept) {
            if (!closed) {
                kept.push(thing);
                return thing;
            }
        }
        close(thing);
        throw new InterruptedException("ended while starting");
    }

    /**
     * Waits for the signal, which ends the process.
     *
     * @throws InterruptedException if this thread is interrupted
     */
    public void await() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException signalled) {
            return;
        }
        closeAll();
    }

    /** A JVM that a signal ends exits with 128 and the signal's number, but for those who halt it before. */
    private void end() {
        Runtime.getRuntime().halt(closeAll() ? 0 : 1);
    }

    private boolean closeAll() {
        boolean clean = true;
        while (true) {
            AutoCloseable thing;
            synchronized (kept) {
                closed = true;
                thing = kept.poll();
            }
            if (thing == null) {
                return clean;
            }
            clean &= close(thing);
        }
    }

    private static boolean close(AutoCloseable thing) {
        try {
            thing.close();
            return true;
        } catch (Exception failure) {
            LoggerFactory.getLogger(Lifetime.class).error("cannot close {}", thing, failure);
            return false;
        }
    }
}
