package io.pgproxy.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A Query can hold any number of statements. */
@WithPostgres
class LongQueryTest {
    private static final int MANY = 20_000;

    private final TestDatabase database;

    LongQueryTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void verdictsThatComeAtOnceDoNotDeepenTheStack() throws Exception {
        assertThat(completed(Verdict::proceed, Verdict::proceed)).isEqualTo(MANY);
    }

    @Test
    void stagesThatAreCompleteDoNotDeepenTheStack() throws Exception {
        assertThat(completed(LongQueryTest::complete, LongQueryTest::complete)).isEqualTo(MANY);
    }

    @Test
    void aTextThatIsTooLongToBeReadIsRefused() throws Exception {
        QueryHook hook = QueryHook.admit(execution -> Verdict.proceed());
        try (HookedProxy proxy = HookedProxy.before(database, hook);
                ScriptedClient client = proxy.client()) {
            String tooLong = "select 1 -- " + "x".repeat(64 << 20);
            assertThat(Told.ask(client, tooLong)).isEqualTo("E(54000) ZI");
            assertThat(Told.ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        }
    }

    private static <T> Verdict<T> complete() {
        return Verdict.defer(CompletableFuture.completedFuture(Verdict.proceed()));
    }

    private int completed(Supplier<Verdict<String>> rewrites, Supplier<Verdict<Terms>> admits) throws Exception {
        AtomicInteger succeeded = new AtomicInteger();
        QueryHook hook = QueryHook.all(
                QueryHook.rewrite(statement -> rewrites.get()),
                QueryHook.admit(execution -> admits.get()),
                QueryHook.observe((execution, outcome) -> {
                    if (outcome.status() == Outcome.Status.SUCCEEDED) {
                        succeeded.incrementAndGet();
                    }
                }));
        try (HookedProxy proxy = HookedProxy.before(database, hook);
                ScriptedClient client = proxy.client()) {
            client.send(FrontendBytes.query("begin" + "; set work_mem = '1MB'".repeat(MANY - 2) + "; commit"));
            WireMessage message;
            do {
                message = client.readMessage();
                assertThat(message.tag()).isNotEqualTo('E').isNotEqualTo(WireMessage.END.tag());
            } while (message.tag() != 'Z');
        }
        return succeeded.get();
    }
}
