package io.pgproxy.testkit.leak;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Threads and sockets that belong to the whole run, by their own word. */
final class Outliving {

    static final Set<Thread> THREADS = ConcurrentHashMap.newKeySet();
    static final Set<String> SOCKETS = ConcurrentHashMap.newKeySet();

    private Outliving() {}
}
