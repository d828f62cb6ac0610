package io.pgproxy.core.abuse;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.copyFail;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;

import io.pgproxy.core.wire.BothWays;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Conversations of well-formed messages in an order that hardly makes sense, all sent ahead of their answers and cut
 * anywhere: the proxy keeps step with the server through errors, skipped messages and COPY.
 */
@WithPostgres
class RandomConversationTest {
    private static final List<String> QUERIES = List.of(
            "SELECT 1",
            "SELECT 'a'; SELECT 'b'",
            "",
            "SELECT 1/0",
            "nonsense",
            "BEGIN",
            "COMMIT",
            "ROLLBACK",
            "SAVEPOINT s",
            "ROLLBACK TO s",
            "SELECT generate_series(1, 50)",
            "DO $$ BEGIN RAISE NOTICE 'n'; END $$",
            "SET application_name = 'x'; RESET application_name",
            "COPY (VALUES (1), (2)) TO STDOUT",
            "DEALLOCATE ALL");
    private static final List<String> NAMES = List.of("", "", "a", "b");

    @Test
    void theAnswersAreThoseOfTheServer(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE t (a int); CREATE TABLE closed (a int);"
                + "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'closed'; END $$;"
                + "CREATE TRIGGER refuses BEFORE INSERT ON closed EXECUTE FUNCTION refuse()");
        try (BothWays both = BothWays.to(database)) {
            for (long seed : Fuzz.seeds(60).toArray()) {
                assertSame(both, seed);
            }
        }
    }

    private static void assertSame(BothWays both, long seed) throws Exception {
        byte[] messages = conversation(new Random(seed));
        int[] splits = Fuzz.splits(new Random(seed), messages.length, 40);
        try {
            both.same(talk -> {
                talk.client().sendSplit(messages, splits);
                talk.client().send(sync(), query("ROLLBACK; SELECT 'the end'"));
                while (!isEnd(talk.heard())) {
                    talk.heard().addAll(talk.client().readUntilReady());
                }
            });
        } catch (IOException | AssertionError failure) {
            throw new AssertionError("seed " + seed, failure);
        }
    }

    private static boolean isEnd(List<WireMessage> heard) {
        return heard.stream()
                .anyMatch(message ->
                        message.equals(WireMessage.END) || message.toString().contains("the end"));
    }

    private static byte[] conversation(Random random) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 2 + random.nextInt(30); i > 0; i--) {
            all.writeBytes(next(random));
        }
        return all.toByteArray();
    }

    private static byte[] next(Random random) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        String sql = QUERIES.get(random.nextInt(QUERIES.size()));
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> query(sql);
            case 3, 4, 5 -> parse(name, sql);
            case 6, 7 -> bind(name, NAMES.get(random.nextInt(NAMES.size())));
            case 8, 9 -> execute(name, random.nextInt(3));
            case 10 -> describePortal(name);
            case 11 -> describeStatement(name);
            case 12 -> random.nextBoolean() ? closePortal(name) : closeStatement(name);
            case 13 -> flush();
            case 14 -> functionCall(177, "40", random.nextInt(4) == 0 ? "no number" : "2");
            case 15 -> copyIn(random, false);
            case 16 -> copyIn(random, true);
            default -> sync();
        };
    }

    /** A COPY with its data, right or wrong, and its Syncs, early or late. */
    private static byte[] copyIn(Random random, boolean extended) {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        String sql = "COPY " + (random.nextInt(4) == 0 ? "closed" : "t") + " FROM STDIN";
        boolean earlySync = extended && random.nextInt(3) == 0;
        if (extended) {
            copy.writeBytes(closeStatement("copy"));
            copy.writeBytes(closePortal("copy"));
            copy.writeBytes(parse("copy", sql));
            copy.writeBytes(bind("copy", "copy"));
            copy.writeBytes(execute("copy", 0));
        } else {
            copy.writeBytes(query(random.nextInt(3) == 0 ? "SELECT 'before'; " + sql + "; SELECT 'after'" : sql));
        }
        if (earlySync) {
            copy.writeBytes(sync());
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            copy.writeBytes(copyData(random.nextInt(5) == 0 ? "no number\n" : "1\n"));
        }
        copy.writeBytes(random.nextInt(4) == 0 ? copyFail("no") : copyDone());
        if (earlySync) {
            copy.writeBytes(sync());
        }
        return copy.toByteArray();
    }
}
