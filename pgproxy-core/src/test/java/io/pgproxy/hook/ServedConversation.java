package io.pgproxy.hook;

import static io.pgproxy.hook.Pipeline.join;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.bindBinary;
import static io.pgproxy.testkit.peer.FrontendBytes.closePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A client's random talk about a table that never changes, so that what was recorded stays true. */
final class ServedConversation {
    private static final int TURNS = 6;
    private static final String END = "the end";
    private static final int INT4 = 23;

    private static final List<String> READS = List.of(
            "SELECT a, b FROM kept ORDER BY a",
            "SELECT b FROM kept WHERE a = $1",
            "SELECT count(*) FROM kept",
            "SELECT a FROM kept WHERE a > 100",
            "TABLE kept LIMIT 1",
            "SELECT a / (a - 2) FROM kept ORDER BY a",
            "SELECT 'not recorded', $1::int4");

    private static final List<String> OTHERS = List.of(
            "",
            "nonsense",
            "SELECT 1/0",
            "SELECT no_such FROM kept",
            "INSERT INTO other VALUES (1)",
            "SELECT 'kept'; SELECT 'not alone'",
            "BEGIN",
            "COMMIT",
            "ROLLBACK",
            "SAVEPOINT s",
            "ROLLBACK TO s",
            "PREPARE a AS SELECT 'kept a'",
            "DEALLOCATE a",
            "DEALLOCATE b",
            "DEALLOCATE ALL",
            "EXECUTE a",
            "EXECUTE b(2)");

    private static final Pattern NAMING = Pattern.compile("PREPARE|DEALLOCATE|EXECUTE");

    private static final List<String> NAMES = List.of("", "", "a", "b");
    private static final List<String> PORTALS = List.of("", "", "", "p");

    private final long seed;
    private final List<byte[]> turns = new ArrayList<>();

    /** How much SQL, too, speaks of prepared statements by their names. */
    enum SqlNames {
        ANY,
        OF_PARSE,
        NONE;

        private boolean allows(String sql) {
            return switch (this) {
                case ANY -> true;
                case OF_PARSE -> !sql.startsWith("PREPARE");
                case NONE -> !NAMING.matcher(sql).lookingAt();
            };
        }
    }

    ServedConversation(long seed, SqlNames names) {
        this.seed = seed;
        Random random = new Random(seed);
        List<String> others = OTHERS.stream().filter(names::allows).toList();
        for (int turn = 0; turn < TURNS; turn++) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 1 + random.nextInt(10); i > 0; i--) {
                all.writeBytes(next(random, others));
            }
            turns.add(all.toByteArray());
        }
    }

    static void prepare(TestDatabase database) throws SQLException {
        database.execute("DROP TABLE IF EXISTS kept, other; CREATE TABLE other (a int);"
                + " CREATE TABLE kept AS SELECT n AS a, 'row ' || n AS b FROM generate_series(1, 4) n");
    }

    private static byte[] next(Random random, List<String> others) {
        String sql = random.nextInt(4) == 0 ? any(others, random) : any(READS, random);
        String name = any(NAMES, random);
        String portal = any(PORTALS, random);
        return switch (random.nextInt(24)) {
            case 0, 1, 2 -> query(sql.replace("$1", "2"));
            case 3 -> prepared(name, sql, random);
            case 4, 5 -> bound(portal, name, sql, random);
            case 6, 7 -> execute(portal, random.nextInt(4));
            case 8 -> describePortal(portal);
            case 9 -> describeStatement(name);
            case 10 -> random.nextBoolean() ? closePortal(portal) : closeStatement(name);
            case 11, 12 -> flush();
            case 13, 14, 15, 16, 17, 18 -> whole(name, sql, random);
            case 19, 20 -> join(bound("", name, sql, random), execute("", random.nextInt(3)));
            default -> sync();
        };
    }

    private static String any(List<String> some, Random random) {
        return some.get(random.nextInt(some.size()));
    }

    private static byte[] prepared(String name, String sql, Random random) {
        return sql.contains("$1") && random.nextBoolean() ? parse(name, sql, INT4) : parse(name, sql);
    }

    private static byte[] bound(String portal, String name, String sql, Random random) {
        boolean binary = random.nextInt(3) == 0;
        boolean value = sql.contains("$1");
        if (binary) {
            return bindBinary(portal, name, value ? List.of(new byte[] {0, 0, 0, 2}) : List.of());
        }
        return value ? bind(portal, name, String.valueOf(1 + random.nextInt(2))) : bind(portal, name);
    }

    /** As drivers do it. */
    private static byte[] whole(String name, String sql, Random random) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (!name.isEmpty()) {
            all.writeBytes(closeStatement(name));
        }
        all.writeBytes(prepared(name, sql, random));
        if (random.nextBoolean()) {
            all.writeBytes(describeStatement(name));
        }
        for (int i = random.nextInt(3); i >= 0; i--) {
            all.writeBytes(bound("", name, sql, random));
            if (random.nextBoolean()) {
                all.writeBytes(describePortal(""));
            }
            all.writeBytes(execute("", 0));
        }
        if (random.nextInt(3) > 0) {
            all.writeBytes(sync());
        }
        return all.toByteArray();
    }

    /** All that is heard, a list for each turn. */
    List<List<WireMessage>> held(ScriptedClient client) throws IOException {
        List<List<WireMessage>> heard = new ArrayList<>();
        try {
            for (byte[] turn : turns) {
                heard.add(taken(client, turn));
            }
        } catch (IOException | AssertionError failure) {
            byte[] last = turns.get(heard.size());
            throw new AssertionError("seed " + seed + ", turn " + heard.size() + ": " + shown(last), failure);
        }
        return heard;
    }

    private List<WireMessage> taken(ScriptedClient client, byte[] messages) throws IOException {
        Random random = new Random(seed);
        client.sendSplit(
                messages,
                IntStream.range(1, messages.length)
                        .filter(place -> random.nextInt(60) == 0)
                        .toArray());
        client.send(sync(), query("ROLLBACK; SELECT '" + END + "'"));
        List<WireMessage> heard = new ArrayList<>();
        do {
            heard.addAll(client.readUntilReady());
        } while (!heard.contains(WireMessage.END) && !heard.toString().contains(END));
        return heard;
    }

    /** Has heard the same by both ways. */
    void assertSame(String way, List<List<WireMessage>> proxied, List<List<WireMessage>> direct) {
        for (int turn = 0; turn < turns.size(); turn++) {
            assertThat(proxied.get(turn).stream().map(ServedConversation::told))
                    .as("%s, seed %s, turn %s; sent was %s", way, seed, turn, shown(turns.get(turn)))
                    .isEqualTo(direct.get(turn).stream()
                            .map(ServedConversation::told)
                            .toList());
        }
    }

    /** All of a message; of an error all but the place in the server's sources. */
    private static Object told(WireMessage message) {
        if (message.tag() != 'E' && message.tag() != 'N') {
            return message;
        }
        String text = message.field('M');
        if (text != null
                && (text.startsWith("bind message supplies") || text.matches("cursor \".*\" already exists"))) {
            return "a Bind that may be refused for both"; // the server looks at the one first, the proxy at the other
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
}
