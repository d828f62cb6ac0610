package io.pgproxy.testkit.leak;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Threads that were not there before and do not end. */
final class ThreadProbe implements Probe {

    /** Started once by whoever comes first, and there for all: of the JDK, test runners, drivers and Netty. */
    private static final List<String> GLOBAL = List.of(
            "process reaper",
            "Common-Cleaner",
            "Cleaner-",
            "Attach Listener",
            "Signal Dispatcher",
            "Notification Thread",
            "ForkJoinPool.commonPool-",
            "VirtualThread-",
            "surefire-",
            "junit-",
            "globalEventExecutor-",
            "ObjectCleanerThread",
            "PostgreSQL-JDBC-",
            "JNA Cleaner",
            "testcontainers-",
            "docker-java-",
            "ducttape-");

    private final Set<Thread> before = alive();
    private final List<String> ignored;

    ThreadProbe(List<String> ignored) {
        this.ignored = ignored;
    }

    static Set<Thread> alive() {
        return new HashSet<>(Thread.getAllStackTraces().keySet());
    }

    @Override
    public List<String> left(Deadline deadline) throws InterruptedException {
        List<String> left = new ArrayList<>();
        for (Thread thread : alive()) {
            if (!before.contains(thread) && !Outliving.THREADS.contains(thread) && !isGlobal(thread)) {
                thread.join(deadline.millisLeft());
                if (thread.isAlive()) {
                    left.add(describe(thread));
                }
            }
        }
        return left;
    }

    private boolean isGlobal(Thread thread) {
        String name = thread.getName();
        // Carriers of virtual threads are named like those of any ForkJoinPool.
        return GLOBAL.stream().anyMatch(name::startsWith)
                || ignored.stream().anyMatch(name::startsWith)
                || thread.getClass().getName().equals("jdk.internal.misc.CarrierThread");
    }

    private static String describe(Thread thread) {
        StringBuilder text = new StringBuilder("thread \"" + thread.getName() + "\" still runs:");
        for (StackTraceElement element : thread.getStackTrace()) {
            text.append("\n        at ").append(element);
        }
        return text.toString();
    }
}
