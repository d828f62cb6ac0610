package io.pgproxy.audit;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nothing is lost and no event loop waits, though the sink does not come back for a while. */
@WithPostgres
class BlockingAuditTest {
    private final TestDatabase database;
    private final HeldSink sink = new HeldSink();

    BlockingAuditTest(TestDatabase database) {
        this.database = database;
    }

    private AuditBuilder blocking() {
        return Audit.builder(sink).capacity(8).whenFull(WhenFull.BLOCK);
    }

    private static QueryHook refusing() {
        return QueryHook.answer(
                statement -> statement.sql().contains("refused") ? Verdict.reject("42501", "no") : Verdict.proceed());
    }

    private static int ask(ScriptedClient client, String sql, int times) throws Exception {
        int answered = 0;
        for (int i = 0; i < times; i++) {
            client.send(query(sql));
            answered += (int) client.readUntilReady().stream()
                    .filter(message -> message.tag() == 'Z')
                    .count();
        }
        return answered;
    }

    @Test
    void clientsWaitAndGoOnAndOthersGetThrough() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Audit audit = blocking().build();
                AuditedProxy proxy = new AuditedProxy(database, audit, refusing());
                ScriptedClient one = proxy.client();
                ScriptedClient two = proxy.client();
                ScriptedClient refused = proxy.client();
                ScriptedClient admitted = proxy.client()) {
            admitted.send(parse("", "select generate_series(1, 1000)"), bind("p", ""), execute("p", 1), flush());
            readTo(admitted, 's');
            sink.stall();
            Future<Integer> first = threads.submit(() -> ask(one, "select 1", 200));
            // One of the places is promised to the portal.
            Await.until("there is no room", () -> audit.waiting() >= 7);
            Future<Integer> second = threads.submit(() -> ask(two, "select 1; select 2/0; select 3", 20));
            Future<Integer> third = threads.submit(() -> ask(refused, "select 'refused'", 200));

            // Of what was admitted before, everything goes through on the same event loop.
            for (int i = 0; i < 200; i++) {
                admitted.send(execute("p", 1), flush());
                readTo(admitted, 's');
            }
            assertThat(List.of(first.isDone(), second.isDone(), third.isDone())).containsExactly(false, false, false);
            assertThat(audit.waiting()).isEqualTo(7);

            sink.goOn();
            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(200);
            assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(20);
            assertThat(third.get(30, TimeUnit.SECONDS)).isEqualTo(200);
            admitted.send(sync());
            admitted.readUntilReady();
            proxy.close();
            audit.close();

            assertThat(sink.executions()).hasSize(proxy.executions()).hasSize(200 + 60 + 200 + 1);
            assertThat(audit.dropped()).isZero();
        } finally {
            sink.goOn();
            threads.shutdownNow();
        }
    }

    private static void readTo(ScriptedClient client, char tag) throws Exception {
        WireMessage message = client.readMessage();
        while (message.tag() != tag) {
            message = client.readMessage();
        }
    }

    @Test
    void whoWaitsTooLongIsRefusedAndThatIsToldToo() throws Exception {
        try (Audit audit = blocking().patience(Duration.ofMillis(50)).build();
                AuditedProxy proxy = new AuditedProxy(database, audit, refusing());
                ScriptedClient client = proxy.client()) {
            sink.stall();
            List<WireMessage> answer = List.of();
            for (int i = 0; i < 20 && answer.stream().noneMatch(message -> message.tag() == 'E'); i++) {
                client.send(query("select 1"));
                answer = client.readUntilReady();
            }
            assertThat(answer)
                    .anySatisfy(message -> assertThat(message.sqlState()).isEqualTo("53400"));
            assertThat(answer)
                    .last()
                    .satisfies(message -> assertThat(message.tag()).isEqualTo('Z'));
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> proxy.connect("simple").close())
                    .satisfies(refusal -> assertThat(refusal.getSQLState()).isEqualTo("53400"));

            sink.goOn();
            Await.until("there is room", () -> audit.waiting() == 0);
            assertThat(ask(client, "select 1", 1)).isEqualTo(1);
            proxy.close();
            audit.close();

            assertThat(sink.executions()).hasSize(proxy.executions());
            assertThat(sink.executions()).extracting(ExecutionRecord::sqlState).containsOnlyOnce("53400");
            assertThat(sink.executions())
                    .filteredOn(record -> "53400".equals(record.sqlState()))
                    .extracting(ExecutionRecord::decidedBy)
                    .containsExactly("audit");
        } finally {
            sink.goOn();
        }
    }

    @Test
    void aClientThatGoesWhileItWaitsIsTold() throws Exception {
        try (Audit audit = blocking().build();
                AuditedProxy proxy = new AuditedProxy(database, audit, refusing());
                ScriptedClient client = proxy.client()) {
            sink.stall();
            for (int i = 0; i < 50; i++) {
                client.send(parse("", "select 1"), bind("", ""), execute(), sync());
            }
            Await.until("there is no room", () -> audit.waiting() >= 8);
            client.reset();
            Await.until("the session has ended", () -> proxy.server().sessionCount() == 0);
            sink.goOn();
            proxy.close();
            audit.close();

            assertThat(sink.executions()).hasSize(proxy.executions());
            assertThat(audit.dropped()).isZero();
        } finally {
            sink.goOn();
        }
    }
}
