package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who asks together gets what whoever asks alone would. */
class FlightsTest {
    private final Flights flights = new Flights(Duration.ofSeconds(30));
    private final DatabaseVersions versions = new DatabaseVersions();
    private final ResultKey key = Samples.key("SELECT 1", Map.of());

    @Test
    void aFollowerGetsWhatTheLeaderGets() {
        Flights.Flight flight = flights.begin(key);
        CompletableFuture<CachedResult> following = flights.follow(key);
        CachedResult result = Samples.result(1, versions);
        flights.end(key, flight, result);
        assertThat(following).isCompletedWithValue(result);
        assertThat(flights.follow(key)).isNull();
    }

    /** The write is over before anybody follows, and after the leader has looked whether its result holds. */
    @Test
    void whoeverComesAfterAWriteDoesNotGetWhatWasThereBefore() {
        Flights.Flight flight = flights.begin(key);
        CachedResult result = Samples.result(1, versions);
        versions.table(1).begin();
        versions.table(1).end();
        CompletableFuture<CachedResult> following = flights.follow(key);
        flights.end(key, flight, result);
        assertThat(following).isCompletedWithValue(null);
    }

    @Test
    void aLeaderThatFailsLeavesFollowersToThemselves() {
        Flights.Flight flight = flights.begin(key);
        CompletableFuture<CachedResult> following = flights.follow(key);
        flights.end(key, flight, null);
        assertThat(following).isCompletedWithValue(null);
    }

    @Test
    void whoeverWaitsTooLongDoesNotTakeTheOthersAlong() throws Exception {
        Flights impatient = new Flights(Duration.ofMillis(1));
        Flights.Flight flight = impatient.begin(key);
        assertThat(impatient.follow(key).get()).isNull();
        assertThat(impatient.begin(key)).isNull();
        impatient.end(key, flight, Samples.result(1, versions));
        assertThat(impatient.begin(key)).isNotNull();
    }
}
