package io.pgproxy.core.internal.pool;

import io.pgproxy.pool.PoolSettings;
import java.util.HashMap;
import java.util.Map;

/** How many connections there may be, in all, of one user, to one database. Shared by all event loops; thread-safe. */
final class Permits {
    private final PoolSettings settings;
    private final Map<String, Integer> ofUser = new HashMap<>();
    private final Map<String, Integer> ofDatabase = new HashMap<>();
    private int all;

    Permits(PoolSettings settings) {
        this.settings = settings;
    }

    synchronized boolean take(PoolKey key) {
        if (all >= settings.maximum()) {
            return false;
        }
        int user = ofUser.getOrDefault(key.user(), 0);
        int database = ofDatabase.getOrDefault(key.database(), 0);
        if (user >= settings.maximumPerUser() || database >= settings.maximumPerDatabase()) {
            return false;
        }
        all++;
        ofUser.put(key.user(), user + 1);
        ofDatabase.put(key.database(), database + 1);
        return true;
    }

    /** Whether there will be room for one once another has gone: there may be too many of a user, or to a database. */
    synchronized boolean makesRoom(PoolKey wanting, PoolKey other) {
        boolean tooManyOfUser = ofUser.getOrDefault(wanting.user(), 0) >= settings.maximumPerUser();
        boolean tooManyInDatabase = ofDatabase.getOrDefault(wanting.database(), 0) >= settings.maximumPerDatabase();
        return (!tooManyOfUser || wanting.user().equals(other.user()))
                && (!tooManyInDatabase || wanting.database().equals(other.database()));
    }

    synchronized void giveBack(PoolKey key) {
        all--;
        ofUser.computeIfPresent(key.user(), (name, count) -> count == 1 ? null : count - 1);
        ofDatabase.computeIfPresent(key.database(), (name, count) -> count == 1 ? null : count - 1);
        notifyAll();
    }

    synchronized int taken() {
        return all;
    }

    /** Waits until none is taken, or until the deadline passes: whether none is. */
    synchronized boolean awaitNone(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (all > 0) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(Math.max(1, left / 1_000_000));
        }
        return true;
    }
}
