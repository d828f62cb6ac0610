package io.pgproxy.hook.ready;

import io.pgproxy.hook.Session;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What is known of the masked columns of one database, for the sessions of all loops. */
final class MaskLookup {
    /** A client that reads unknown tables in a loop does not make the proxy ask as often. */
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    private final MaskRules rules;
    private final long intervalNanos;
    private final AtomicReference<@Nullable MaskedPlaces> places = new AtomicReference<>();
    private final AtomicLong asked = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

    MaskLookup(MaskRules rules, Duration interval) {
        this.rules = rules;
        this.intervalNanos = interval.toNanos();
    }

    @Nullable
    MaskedPlaces places() {
        return places.get();
    }

    boolean isFresh() {
        MaskedPlaces known = places.get();
        return known != null && System.nanoTime() - known.askedAt() < intervalNanos;
    }

    /** True for one caller in a while. */
    boolean isTurnToAsk() {
        long last = asked.get();
        long now = System.nanoTime();
        return now - last >= PAUSE_NANOS && asked.compareAndSet(last, now);
    }

    /** Asks the upstream of a session; what it answers is known when this completes. */
    CompletionStage<MaskedPlaces> ask(Session session) {
        long now = System.nanoTime();
        return session.query(MaskQuery.SQL, rules.parameters())
                .thenApply(rows -> MaskedPlaces.read(rules, rows, now))
                .thenApply(this::keep);
    }

    /** An answer that was asked for earlier does not replace a later one. */
    private MaskedPlaces keep(MaskedPlaces found) {
        places.accumulateAndGet(found, (old, mine) -> old == null || mine.askedAt() - old.askedAt() >= 0 ? mine : old);
        return found;
    }
}
