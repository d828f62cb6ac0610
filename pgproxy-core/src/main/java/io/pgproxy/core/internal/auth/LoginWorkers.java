package io.pgproxy.core.internal.auth;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Few threads for what logins block on or hash, and a queue with an end: beyond it tasks are rejected. Thread-safe. */
final class LoginWorkers implements Executor, AutoCloseable {
    private final ThreadPoolExecutor threads;

    LoginWorkers(int count, int waiting, ThreadFactory factory) {
        threads =
                new ThreadPoolExecutor(count, count, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), factory);
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** What waits does not run any more; what runs is interrupted. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
