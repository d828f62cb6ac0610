package io.pgproxy.testkit.leak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Tells what a piece of work has left behind: Netty buffers that were not released, threads that do not end, sockets
 * that are open.
 *
 * <pre>{@code
 * LeakCheck check = LeakCheck.begin();
 * ...
 * check.assertNothingLeft();
 * }</pre>
 *
 * <p>Threads and sockets count as left if they were not there at the beginning and are not gone some seconds after the
 * end. So nothing else may go on in the JVM meanwhile. Threads that the JDK, Netty, drivers and test runners keep for
 * the whole JVM do not count. Sockets can be seen on Linux only, buffers where Netty is on the class path; see
 * {@link #skipped()}.
 *
 * <p>A buffer that is still referred to is not leaked. Leaks that began before the check are reported too, by the first
 * check that ends; Netty reports the same place in the code once only. The level of Netty's leak detector becomes
 * paranoid. Two collections of garbage are part of each check.
 */
public final class LeakCheck {

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

    private final List<Probe> probes = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private final Duration grace;

    private LeakCheck(Duration grace, List<String> ignoredThreads) {
        this.grace = grace;
        probes.add(new ThreadProbe(ignoredThreads));
        if (SocketProbe.isPossible()) {
            probes.add(new SocketProbe());
        } else {
            skipped.add("sockets: there is no /proc/self/fd");
        }
        // Last, when threads that might hold a buffer have ended.
        if (hasNetty()) {
            BufferProbe.install();
            probes.add(new BufferProbe());
        } else {
            skipped.add("buffers: Netty is not on the class path");
        }
    }

    /**
     * Remembers what is there.
     *
     * @return the check, which is to be ended by {@link #assertNothingLeft()}
     * @throws IllegalStateException if Netty's buffers were in use before with another detector
     */
    public static LeakCheck begin() {
        return begin(DEFAULT_GRACE);
    }

    /**
     * Remembers what is there.
     *
     * @param grace how long threads and sockets may take to go after the end, five seconds by default
     * @param ignoredThreads beginnings of the names of threads that do not count
     * @return the check, which is to be ended by {@link #assertNothingLeft()}
     * @throws IllegalStateException if Netty's buffers were in use before with another detector
     */
    public static LeakCheck begin(Duration grace, String... ignoredThreads) {
        return new LeakCheck(grace, List.of(ignoredThreads));
    }

    /**
     * Puts Netty's recording detector in place for checks to come. For those who begin their first check only when
     * buffers are in use already.
     *
     * @throws IllegalStateException if buffers are in use already with another detector
     */
    public static void prepare() {
        if (hasNetty()) {
            BufferProbe.install();
        }
    }

    /**
     * Starts something that several checks may see, such as a server for all test classes: its threads and sockets do
     * not count as left. Nothing else may be started meanwhile.
     *
     * @param <T> what is started
     * @param start starts it
     * @return what was started
     * @throws Exception what {@code start} throws
     */
    public static <T> T outliving(Callable<T> start) throws Exception {
        boolean sockets = SocketProbe.isPossible();
        Set<Thread> threads = ThreadProbe.alive();
        Set<String> openBefore = sockets ? SocketProbe.open() : Set.of();
        T started = start.call();
        Set<Thread> newThreads = ThreadProbe.alive();
        newThreads.removeAll(threads);
        Outliving.THREADS.addAll(newThreads);
        if (sockets) {
            Set<String> newSockets = SocketProbe.open();
            newSockets.removeAll(openBefore);
            Outliving.SOCKETS.addAll(newSockets);
        }
        return started;
    }

    /**
     * What this check cannot see here.
     *
     * @return each with the reason; empty if it sees everything
     */
    public List<String> skipped() {
        return List.copyOf(skipped);
    }

    /**
     * Waits for what takes a moment to go, and looks for what stays.
     *
     * @throws AssertionError if something is left; the message says what and, as far as known, whence
     * @throws InterruptedException if the thread is interrupted
     */
    public void assertNothingLeft() throws InterruptedException {
        List<String> left = new ArrayList<>();
        Deadline deadline = Deadline.in(grace);
        for (Probe probe : probes) {
            left.addAll(probe.left(deadline));
        }
        if (!left.isEmpty()) {
            throw new AssertionError("left behind:\n    " + String.join("\n    ", left));
        }
    }

    /** Asked here, as the probe for buffers cannot even be loaded without Netty. */
    private static boolean hasNetty() {
        return LeakCheck.class.getClassLoader().getResource("io/netty/buffer/ByteBuf.class") != null;
    }
}
