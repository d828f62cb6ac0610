package io.pgproxy.core.abuse;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Told;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pipelines in which results are cut off anywhere: each exchange has one end, says of its transaction what the server
 * says next, and has written all or nothing.
 */
@WithPostgres
class RandomCutTest {
    private static final String MARK = "insert into t values (%d)";
    private static final String FIVE = "select n from generate_series(1, 5) n";

    /** What is executed: %d is the number of the exchange, written only if it is not cut off. */
    private static final List<String> TEXTS = List.of(
            MARK,
            MARK + " returning a",
            FIVE,
            FIVE + "; " + MARK,
            MARK + "; " + FIVE,
            "insert into t select %d from generate_series(1, 5) returning a",
            "with w as (insert into t values (%d) returning a) select a from w, generate_series(1, 4)",
            "select 1",
            "select 1/0",
            "",
            "nonsense",
            "copy (" + FIVE + ") to stdout",
            "savepoint s",
            "rollback to s",
            "set application_name = 'n%d'; " + FIVE,
            MARK + "; copy t from stdin; " + FIVE,
            FIVE + "; copy t from stdin; " + MARK,
            "begin",
            "commit",
            "commit and chain",
            "rollback",
            "explain analyze " + MARK);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyExchangeHasOneEndAndIsWholeOrNothing(boolean hooked, TestDatabase database) throws Exception {
        database.execute("drop table if exists t; create table t (a int)");
        ProxyServerBuilder proxy = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + database.host() + ":" + database.port())
                .limits(Limits.builder().maxRows(2).concurrentQueries(1).build());
        if (hooked) {
            proxy.hook("reads", QueryHook.admit(execution -> Verdict.proceed()));
        }
        try (Relay relay = new Relay(proxy.build().start())) {
            for (long seed : Fuzz.seeds(40).toArray()) {
                try {
                    hold(relay, database, new Random(seed));
                } catch (IOException | AssertionError failure) {
                    throw new AssertionError("seed " + seed, failure);
                }
            }
        }
    }

    private static void hold(Relay relay, TestDatabase database, Random random) throws Exception {
        database.execute("truncate t");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int exchanges = 2 + random.nextInt(12);
        List<String> said = new ArrayList<>();
        for (int i = 1; i <= exchanges; i++) {
            all.writeBytes(exchange(random, i, said));
        }
        byte[] messages = all.toByteArray();
        try (ScriptedClient client = relay.login(database).timeout(Duration.ofSeconds(5))) {
            client.sendSplit(messages, Fuzz.splits(random, messages.length, 60));
            List<String> told = new ArrayList<>();
            for (int i = 0; i < exchanges; i++) {
                String next = Told.next(client);
                while (next.endsWith("G")) {
                    next += " " + Told.next(client);
                }
                told.add(said.get(i) + "  =>  " + next);
                if (said.get(i).contains("from stdin") && next.endsWith("E(08P01) !")) {
                    return; // a COPY that it was not told of began while a part of a message had been sent
                }
                assertThat(next).as("%s", told).matches(".*Z[ITE]");
            }
            String last = told.get(exchanges - 1);
            String status = last.substring(last.length() - 1);
            String end = Told.ask(client, "select 1 as a");
            assertThat(end)
                    .as("%s", told)
                    .isEqualTo(status.equals("E") ? "E(25P02) ZE" : "T[a] D[1] C(SELECT 1) Z" + status);
            Told.ask(client, "rollback");
            for (List<String> row : database.query("select distinct a from t where a > 0")) {
                int wrote = Integer.parseInt(String.valueOf(row.get(0)));
                assertThat(told.get(wrote - 1)).as("%s", told).doesNotContain("E(");
            }
        }
    }

    private static byte[] exchange(Random random, int number, List<String> said) {
        if (random.nextBoolean()) {
            String sql = text(random, number);
            said.add(sql);
            ByteArrayOutputStream one = new ByteArrayOutputStream();
            one.writeBytes(query(sql));
            if (sql.contains("from stdin")) {
                one.writeBytes(copyData("-1\n"));
                one.writeBytes(copyDone());
            }
            return one.toByteArray();
        }
        if (random.nextInt(10) == 0) {
            said.add("function");
            return functionCall(177, "40", random.nextInt(4) == 0 ? "no number" : "2");
        }
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        List<String> texts = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            String sql = text(random, number);
            if (sql.contains(";") || sql.matches("(commit|rollback|savepoint).*")) {
                sql = "select 1";
            }
            String name = random.nextInt(3) == 0 ? "n" : "";
            if (!name.isEmpty()) {
                batch.writeBytes(closeStatement(name));
                batch.writeBytes(closePortal(name));
            }
            batch.writeBytes(parse(name, sql));
            batch.writeBytes(bind(name, name));
            if (random.nextInt(4) == 0) {
                batch.writeBytes(describePortal(name));
            }
            int rows = random.nextInt(3);
            batch.writeBytes(execute(name, rows));
            if (random.nextInt(4) == 0) {
                batch.writeBytes(flush());
            }
            if (rows > 0 && random.nextBoolean()) {
                batch.writeBytes(execute(name, 1));
            }
            texts.add(sql + "#" + rows);
        }
        batch.writeBytes(sync());
        said.add(texts.toString());
        return batch.toByteArray();
    }

    private static String text(Random random, int number) {
        return TEXTS.get(random.nextInt(TEXTS.size())).replace("%d", String.valueOf(number));
    }
}
