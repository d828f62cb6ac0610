package io.pgproxy.routing;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Servers that say what a test wants. */
final class Servers implements NodeConnection.Opener {
    private static final long MICROS = 1_000;

    private final Map<String, Server> byName = new ConcurrentHashMap<>();

    /** The server that has the name of a node. */
    Server get(String name) {
        return byName.computeIfAbsent(name, unused -> new Server());
    }

    @Override
    public NodeConnection open(Node node, ProbeSettings settings) {
        return get(node.name());
    }

    static String url(String name) {
        return "postgresql://u:secret@" + name + ":1/d";
    }

    /** What one of them says. */
    static final class Server implements NodeConnection {
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger atOnce = new AtomicInteger();
        final AtomicInteger mostAtOnce = new AtomicInteger();
        private volatile boolean recovering;
        private volatile long lsn = 1000;
        private volatile long received = -1;
        private volatile long age = -1;
        private volatile boolean down;
        private volatile CountDownLatch hanging = new CountDownLatch(0);

        Server standby(long replayed) {
            recovering = true;
            lsn = replayed;
            return this;
        }

        Server primary(long end) {
            recovering = false;
            lsn = end;
            return this;
        }

        Server receives(long end) {
            received = end;
            return this;
        }

        Server showsAge(long millis) {
            age = millis * MICROS * MICROS;
            return this;
        }

        Server down(boolean value) {
            down = value;
            return this;
        }

        /** It does not answer until the latch opens. */
        void hangs(CountDownLatch until) {
            hanging = until;
        }

        @Override
        public Sample ask() throws SQLException, IOException {
            long when = System.nanoTime();
            int now = atOnce.incrementAndGet();
            mostAtOnce.accumulateAndGet(now, Math::max);
            try {
                hanging.await();
                if (down) {
                    throw new SQLException("Connection refused", "08001");
                }
                return new Sample(recovering, lsn, received, age, when);
            } catch (InterruptedException e) {
                throw new IOException(e);
            } finally {
                atOnce.decrementAndGet();
                asked.incrementAndGet();
            }
        }

        /** Waits until it has been asked, and has answered, after this call. */
        void awaitAnswer() {
            int before = asked.get();
            Patience.until("it has answered", () -> asked.get() > before + 1);
        }

        @Override
        public void abort() {
            hanging.countDown(); // a socket that is closed ends who reads from it
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
