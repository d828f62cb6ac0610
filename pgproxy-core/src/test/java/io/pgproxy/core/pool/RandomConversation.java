package io.pgproxy.core.pool;

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
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Clients take turns at random conversations. What a client leaves for its next turn are settings and prepared
 * statements.
 */
final class RandomConversation {
    private static final int CLIENTS = 3;
    private static final int TURNS = 10;

    /** A turn leaves no block, and nothing that keeps a connection. */
    private static final byte[] END =
            query("ROLLBACK; UNLISTEN *; CLOSE ALL; DISCARD TEMP;" + " SELECT pg_advisory_unlock_all(), 'the end'");

    private static final List<String> QUERIES = List.of(
            "SELECT 1",
            "SELECT 'a'; SELECT 'b'",
            "",
            "SELECT 1/0",
            "nonsense",
            "BEGIN",
            "BEGIN",
            "BEGIN READ ONLY",
            "BEGIN ISOLATION LEVEL REPEATABLE READ",
            "SELECT 1/0; BEGIN",
            "SELECT 1/0; COMMIT",
            "COMMIT",
            "COMMIT; BEGIN READ ONLY",
            "COMMIT AND CHAIN",
            "ROLLBACK; BEGIN ISOLATION LEVEL SERIALIZABLE",
            "ROLLBACK",
            "SELECT current_setting('transaction_read_only'), current_setting('transaction_isolation')",
            "SAVEPOINT s",
            "ROLLBACK TO s",
            "SELECT generate_series(1, 20)",
            "COPY (VALUES (1), (2)) TO STDOUT",
            "INSERT INTO public.t VALUES (7)",
            "SELECT count(*) FROM public.t",
            "DEALLOCATE ALL",
            "DEALLOCATE a",
            "PREPARE a AS SELECT 'sql a'",
            "PREPARE b AS SELECT coalesce(current_setting('my.x', true), ''), count(*) FROM public.t",
            "EXECUTE a",
            "EXECUTE b",
            "EXPLAIN (COSTS OFF) EXECUTE a",
            "PREPARE c AS SELECT 1; EXECUTE c; DEALLOCATE c",
            "SET my.x = 'set'",
            "SET my.x = 'early'; SELECT 1/0",
            "SET LOCAL my.x = 'local'",
            "RESET my.x",
            "SELECT set_config('my.x', 'call', false)",
            "SELECT set_config('my.x', 'local call', true)",
            "SELECT coalesce(current_setting('my.x', true), '')",
            "SET datestyle = 'SQL, DMY'",
            "SET LOCAL datestyle = 'German'",
            "RESET datestyle",
            "SHOW datestyle",
            "SELECT '01/02/2020'::date",
            "SET application_name = 'x'",
            "RESET application_name",
            "SHOW application_name",
            "SET standard_conforming_strings = off",
            "RESET standard_conforming_strings",
            "SELECT 'a\\\\b'",
            "SET search_path = one",
            "RESET search_path",
            "SELECT * FROM here",
            "SET ROLE pg_monitor",
            "RESET ROLE",
            "SELECT current_user = session_user",
            "RESET ALL",
            "DISCARD ALL",
            "LISTEN l",
            "CREATE TEMP TABLE tt AS SELECT 1 AS a",
            "SELECT a + 0 AS a FROM tt",
            "DECLARE c CURSOR WITH HOLD FOR VALUES (1), (2)",
            "FETCH c",
            "SELECT pg_try_advisory_lock(1)",
            "DO $$ BEGIN RAISE NOTICE 'n'; END $$");
    private static final List<String> NAMES = List.of("", "", "a", "b");

    private final long seed;
    private final List<byte[]> turns;

    RandomConversation(long seed) {
        this.seed = seed;
        this.turns = turns(seed);
    }

    /** Makes what is talked about. */
    static void prepare(TestDatabase database) throws SQLException {
        database.execute("DROP TABLE IF EXISTS t, closed, here; DROP SCHEMA IF EXISTS one CASCADE;"
                + "DROP FUNCTION IF EXISTS refuse; CREATE TABLE t (a int); CREATE TABLE closed (a int); CREATE SCHEMA one;"
                + "CREATE TABLE here AS SELECT 1 AS a; CREATE TABLE one.here AS SELECT 2 AS a;"
                + "GRANT ALL ON t, closed, here, one.here TO public; GRANT USAGE ON SCHEMA one TO public;"
                + "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'closed'; END $$;"
                + "CREATE TRIGGER refuses BEFORE INSERT ON closed EXECUTE FUNCTION refuse()");
    }

    /** All that is heard. */
    List<List<WireMessage>> held(Door door) throws IOException {
        return held(turns, seed, door);
    }

    /** Has heard the same by both ways. */
    void assertSame(List<List<WireMessage>> pooled, List<List<WireMessage>> direct) {
        for (int turn = 0; turn < TURNS && !hasEnded(direct, turn); turn++) {
            String which = "seed " + seed + ", turn " + turn + " of client " + turn % CLIENTS;
            assertSame(which, pooled.get(turn), direct.get(turn), turns.get(turn));
        }
    }

    /** How much is still heard of who has lost the thread is a matter of luck. */
    private static boolean hasEnded(List<List<WireMessage>> heard, int turn) {
        return heard.get(turn).contains(WireMessage.END);
    }

    private static void assertSame(String which, List<WireMessage> pooled, List<WireMessage> direct, byte[] sent) {
        int same = 0;
        while (same < Math.min(pooled.size(), direct.size())
                && told(pooled.get(same)).equals(told(direct.get(same)))) {
            same++;
        }
        assertThat(pooled.stream().skip(same).map(RandomConversation::told))
                .as("%s, from message %d on; sent was %s", which, same, shown(sent))
                .isEqualTo(
                        direct.stream().skip(same).map(RandomConversation::told).toList());
    }

    /**
     * All of a message; of an error all but the place in the server's sources, for Parse and Bind may refuse alike, and
     * the context, for functions are called there as they were when the process had first met them.
     */
    private static Object told(WireMessage message) {
        if (message.tag() != 'E' && message.tag() != 'N') {
            return message;
        }
        StringBuilder fields = new StringBuilder();
        for (char code : "SVCMDHPpqstcdn".toCharArray()) {
            fields.append(code).append('=').append(message.field(code)).append(' ');
        }
        return message.tag() + " " + fields;
    }

    private static String shown(byte[] sent) {
        return new String(sent, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]+", "~");
    }

    /** Where clients come from. */
    @FunctionalInterface
    interface Door {
        ScriptedClient open() throws IOException;
    }

    private static List<List<WireMessage>> held(List<byte[]> turns, long seed, Door door) throws IOException {
        List<ScriptedClient> clients = new ArrayList<>();
        List<List<WireMessage>> heard = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(door.open());
            }
            Set<ScriptedClient> ended = new HashSet<>();
            for (int turn = 0; turn < turns.size(); turn++) {
                ScriptedClient client = clients.get(turn % CLIENTS);
                List<WireMessage> answers = ended.contains(client) ? List.of() : taken(client, turns.get(turn), seed);
                if (answers.contains(WireMessage.END)) {
                    ended.add(client); // there is no answer to what makes no sense at all
                }
                heard.add(answers);
            }
            return heard;
        } catch (IOException | AssertionError failure) {
            throw new AssertionError("seed " + seed + ", turn " + heard.size(), failure);
        } finally {
            for (ScriptedClient client : clients) {
                client.close();
            }
        }
    }

    private static List<WireMessage> taken(ScriptedClient client, byte[] messages, long seed) throws IOException {
        Random random = new Random(seed);
        int[] splits = IntStream.range(1, messages.length)
                .filter(place -> random.nextInt(60) == 0)
                .toArray();
        client.sendSplit(messages, splits);
        client.send(sync(), END);
        List<WireMessage> heard = new ArrayList<>();
        try {
            do {
                heard.addAll(client.readUntilReady());
            } while (!heard.contains(WireMessage.END) && !heard.toString().contains("the end"));
        } catch (SocketException reset) {
            heard.add(WireMessage.END); // the server does not read on once it has lost the thread
        }
        return heard;
    }

    private static List<byte[]> turns(long seed) {
        Random random = new Random(seed);
        List<byte[]> turns = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 1 + random.nextInt(15); i > 0; i--) {
                all.writeBytes(next(random));
            }
            turns.add(all.toByteArray());
        }
        return turns;
    }

    private static byte[] next(Random random) {
        String sql = any(QUERIES, random);
        // what a prepared EXECUTE is described as depends on what its name meant where it was prepared
        String name = sql.contains("EXECUTE") || sql.startsWith("PREPARE") ? "" : any(NAMES, random);
        return switch (random.nextInt(24)) {
            case 0, 1, 2, 3 -> query(sql);
            case 4, 5 -> parse(name, sql);
            case 6, 7, 8 -> whole(name, sql);
            case 9, 10 -> bind(name, any(NAMES, random));
            case 11, 12 -> execute(name, random.nextInt(3));
            case 13 -> describePortal(name);
            case 14 -> describeStatement(name);
            case 15 -> random.nextBoolean() ? closePortal(name) : closeStatement(name);
            case 16 -> flush();
            case 17 -> functionCall(177, "40", random.nextInt(4) == 0 ? "no number" : "2");
            case 18 -> copyIn(random);
            case 19, 20 -> bound(any(NAMES, random));
            default -> sync();
        };
    }

    private static String any(List<String> some, Random random) {
        return some.get(random.nextInt(some.size()));
    }

    private static byte[] whole(String name, String sql) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(closeStatement(name));
        all.writeBytes(parse(name, sql));
        all.writeBytes(bound(name));
        return all.toByteArray();
    }

    private static byte[] bound(String name) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(bind("", name));
        all.writeBytes(describePortal(""));
        all.writeBytes(execute("", 0));
        all.writeBytes(sync());
        return all.toByteArray();
    }

    /** A COPY with its data, right or wrong. */
    private static byte[] copyIn(Random random) {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        copy.writeBytes(query("COPY public." + (random.nextInt(4) == 0 ? "closed" : "t") + " FROM STDIN"));
        for (int i = random.nextInt(4); i > 0; i--) {
            copy.writeBytes(copyData(random.nextInt(5) == 0 ? "no number\n" : "1\n"));
        }
        copy.writeBytes(random.nextInt(4) == 0 ? copyFail("no") : copyDone());
        return copy.toByteArray();
    }
}
