package io.pgproxy.cache;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Who is asking the server for what, so that nobody asks for the same at the same time. For any thread. */
final class Flights {
    private final Map<ResultKey, Flight> underWay = new ConcurrentHashMap<>();
    private final long waitMillis;

    /**
     * None.
     *
     * @param wait how long anybody waits for another; zero for never
     */
    Flights(Duration wait) {
        this.waitMillis = wait.toMillis();
    }

    /** The asking of one session. */
    static final class Flight {
        /** Completes with null if there is nothing that others could be served. */
        private final CompletableFuture<@Nullable CachedResult> landing = new CompletableFuture<>();
    }

    /** {@return a flight of the caller's own, or null if somebody else has begun one} */
    @Nullable
    Flight begin(ResultKey key) {
        Flight mine = new Flight();
        return underWay.putIfAbsent(key, mine) == null ? mine : null;
    }

    /**
     * Waits for what somebody else has asked for.
     *
     * @return completes with null if that took too long or came to nothing, or to what is overtaken: of a flight that
     *     has landed nobody has looked since; null if nobody has asked
     */
    @Nullable
    CompletableFuture<@Nullable CachedResult> follow(ResultKey key) {
        Flight other = waitMillis == 0 ? null : underWay.get(key);
        if (other == null) {
            return null;
        }
        // A copy: whoever gives up waiting must not take the flight down.
        return other.landing
                .thenApply(result -> result == null || !result.isCurrent() ? null : result)
                .completeOnTimeout(null, waitMillis, TimeUnit.MILLISECONDS);
    }

    /** A flight is over. */
    void end(ResultKey key, Flight flight, @Nullable CachedResult result) {
        underWay.remove(key, flight);
        flight.landing.complete(result);
    }
}
