package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.pgproxy.core.wire.Await;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.PgError;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A refusal of severity FATAL ends the session behind it, and what was open is rolled back. */
@WithPostgres
class FatalRefusalTest {
    private static final PgError ENOUGH = PgError.of("42501", "enough").withSeverity("FATAL");
    private static final List<Column> COLUMNS = List.of(Column.text("own"));

    private final TestDatabase database;

    FatalRefusalTest(TestDatabase database) {
        this.database = database;
    }

    private static <T> Verdict<T> unless(Statement statement) {
        return statement.sql().contains("last") ? Verdict.reject(ENOUGH) : Verdict.proceed();
    }

    static Stream<Arguments> stages() {
        return Stream.of(
                arguments("answer", QueryHook.answer(FatalRefusalTest::unless)),
                arguments("rewrite", QueryHook.rewrite(FatalRefusalTest::unless)),
                arguments("admit", QueryHook.admit(execution -> unless(execution.statement()))),
                arguments(
                        "reply",
                        QueryHook.answer(statement -> statement.sql().contains("last")
                                ? Verdict.of(new Answer(COLUMNS, execution -> Verdict.reject(ENOUGH)))
                                : Verdict.proceed())));
    }

    @Test
    void ofARouteEndsTheSession() throws Exception {
        RouteHook route = exchange -> unless(exchange.statements().get(0));
        try (HookedProxy proxy = HookedProxy.before(database, route)) {
            for (byte[] last : new byte[][] {
                query("select 'last'"), Pipeline.join(parse("", "select 'last'"), bind("", ""), execute(), sync())
            }) {
                try (ScriptedClient client = proxy.client()) {
                    client.send(last);

                    List<WireMessage> answer = client.readUntilReady();

                    assertThat(answer).hasSize(2).endsWith(WireMessage.END);
                    assertThat(answer.get(0).severity()).isEqualTo("FATAL");
                    assertThat(answer.get(0).sqlState()).isEqualTo("42501");
                }
                Await.until("the session is over", () -> proxy.server().sessionCount() == 0);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stages")
    void endsTheSession(String stage, QueryHook hook) throws Exception {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
        try (HookedProxy proxy = HookedProxy.before(database, hook)) {
            for (byte[] last : new byte[][] {
                query("select 'last'"), Pipeline.join(parse("", "select 'last'"), bind("", ""), execute(), sync())
            }) {
                try (ScriptedClient client = proxy.client()) {
                    ask(client, "begin; insert into t values (1)");
                    client.send(last);

                    List<WireMessage> answer = client.readUntilReady();

                    assertThat(answer).endsWith(WireMessage.END);
                    assertThat(answer)
                            .filteredOn(message -> message.tag() == 'E')
                            .singleElement()
                            .satisfies(error -> {
                                assertThat(error.severity()).isEqualTo("FATAL");
                                assertThat(error.sqlState()).isEqualTo("42501");
                            });
                }
                Await.until("the session is over", () -> proxy.server().sessionCount() == 0);
            }
        }
        assertThat(database.query("select * from t")).isEmpty();
    }
}
