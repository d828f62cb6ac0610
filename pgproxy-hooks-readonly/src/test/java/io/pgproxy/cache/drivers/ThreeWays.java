package io.pgproxy.cache.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.cache.CacheStatistics;
import io.pgproxy.cache.CachingProxy;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.List;

/**
 * Has a driver read from the server itself, through a cache that is empty, and from one that has it all. What it hears
 * must be the same, but for what a login says; and it must say the same, or the comparison were worth nothing.
 */
final class ThreeWays implements AutoCloseable {
    private final TestDatabase database;
    private final CachingProxy proxy;
    private final RecordingRelay toServer;
    private final RecordingRelay toProxy;

    private ThreeWays(TestDatabase database, CachingProxy proxy) throws IOException {
        this.database = database;
        this.proxy = proxy;
        toServer = RecordingRelay.to(database.host(), database.port());
        toProxy = RecordingRelay.to(Place.HOST, proxy.port());
    }

    static ThreeWays to(TestDatabase database) throws Exception {
        database.execute(Content.SETUP);
        return new ThreeWays(database, CachingProxy.before(database));
    }

    /**
     * Fails if anything differs, or if the last run was not served nearly all that could be kept: what is asked for
     * while BEGIN or SET are still under way goes to the server, which is a matter of moments.
     *
     * @return how many results the last run was served
     */
    long same(Reads reads) throws Exception {
        List<Conversation> direct = run(reads, toServer);
        proxy.cache().invalidateAll();
        CacheStatistics empty = proxy.cache().statistics();
        List<Conversation> kept = run(reads, toProxy);
        CacheStatistics full = proxy.cache().statistics();
        List<Conversation> served = run(reads, toProxy);
        CacheStatistics end = proxy.cache().statistics();

        assertSame(kept, direct, reads, "while the cache was filled");
        assertSame(served, direct, reads, "from the full cache");
        long hits = end.hits() - full.hits();
        long known = full.hits() - empty.hits() + full.stored() - empty.stored();
        assertThat(hits).as("served, of %d that were or could be", known).isGreaterThanOrEqualTo(known * 9 / 10);
        return hits;
    }

    private List<Conversation> run(Reads reads, RecordingRelay relay) throws Exception {
        relay.forget();
        reads.run(new Place(relay.port(), database));
        return relay.ended();
    }

    private static void assertSame(List<Conversation> these, List<Conversation> direct, Reads reads, String how) {
        assertThat(these.size()).as("connections").isEqualTo(direct.size());
        for (int i = 0; i < these.size(); i++) {
            comparable(these.get(i), reads).assertSameAs(comparable(direct.get(i), reads), how);
        }
    }

    private static Conversation comparable(Conversation conversation, Reads reads) {
        return reads.closesAtAnyTime() ? conversation.withoutClose() : conversation;
    }

    @Override
    public void close() throws IOException {
        toServer.close();
        toProxy.close();
        proxy.close();
    }
}
