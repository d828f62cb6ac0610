package io.pgproxy.core.internal.server;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The threads of one server, so that its end can be waited for: an event loop says it is over before its thread is. */
final class ServerThreads {
    private final List<Thread> started = new CopyOnWriteArrayList<>();

    ThreadFactory named(String name) {
        ThreadFactory factory = new DefaultThreadFactory(name);
        return task -> {
            Thread thread = factory.newThread(task);
            started.add(thread);
            return thread;
        };
    }

    /** Waits for all of them, up to a limit; a loop's own thread does not wait for itself. */
    void awaitEnd(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            for (Thread thread : started) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left > 0 && thread != Thread.currentThread()) {
                    thread.join(left);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
