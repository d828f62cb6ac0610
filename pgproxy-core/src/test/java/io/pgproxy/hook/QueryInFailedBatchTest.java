package io.pgproxy.hook;

import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.protocol.Column;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A Query that the server skips, since a message in front of it has failed and no Sync stood between: what comes behind
 * it is skipped too, also where the proxy would answer it by itself.
 */
@WithPostgres
class QueryInFailedBatchTest {
    private static final String REFUSED = "select 'refused'";
    private static final String ANSWERED = "select 4";

    private final TestDatabase database;
    private HookedProxy proxy;

    QueryInFailedBatchTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        proxy = HookedProxy.before(database, QueryHook.answer(QueryInFailedBatchTest::answer));
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private static Verdict<Answer> answer(Statement statement) {
        List<Column> columns = List.of(Column.int4("?column?"));
        return switch (statement.sql()) {
            case REFUSED -> Verdict.reject("42501", "the statement is refused");
            case ANSWERED ->
                Verdict.of(new Answer(
                        columns, execution -> Verdict.of(Reply.of(columns).row(4))));
            default -> Verdict.proceed();
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {REFUSED, ANSWERED})
    void aQueryThatComesInOneGoIsSkipped(String sql) throws Exception {
        byte[] behind = query(sql);
        assertThat(answers(true, behind, false)).isEqualTo(answers(false, behind, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {REFUSED, ANSWERED})
    void aQueryThatComesLateIsSkipped(String sql) throws Exception {
        byte[] behind = query(sql);
        assertThat(answers(true, behind, true)).isEqualTo(answers(false, behind, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {REFUSED, ANSWERED})
    void aParseThatComesLateIsSkipped(String sql) throws Exception {
        byte[] behind = parse("", sql);
        assertThat(answers(true, behind, true)).isEqualTo(answers(false, behind, true));
    }

    @Test
    void behindABatchThatHasNotFailedNothingIsSkipped() throws Exception {
        try (ScriptedClient client = proxy.client()) {
            client.send(Pipeline.join(
                    parse("", "select 1"), query("select 2"), query(REFUSED), query(ANSWERED), parse("", REFUSED)));
            client.send(sync());
            assertThat(tags(client, 4)).isEqualTo("1TDCZEZTDCZEZ");
        }
    }

    /** What is answered from the failing Parse to the end of a Query behind its Sync. */
    private String answers(boolean direct, byte[] behind, boolean late) throws IOException {
        try (ScriptedClient client = direct ? proxy.direct() : proxy.client()) {
            byte[] failing = Pipeline.join(parse("", "select no_such_column"), query("select 2"));
            String first = "";
            if (late) {
                client.send(failing);
                first = String.valueOf(client.readMessage().tag());
                client.send(behind);
            } else {
                client.send(Pipeline.join(failing, behind));
            }
            client.send(Pipeline.join(sync(), query("select 3")));
            return first + tags(client, 2);
        }
    }

    private static String tags(ScriptedClient client, int ends) throws IOException {
        StringBuilder tags = new StringBuilder();
        for (int left = ends; left > 0; ) {
            WireMessage message = client.readMessage();
            tags.append(message.tag());
            if (message.tag() == 'Z' || message.equals(WireMessage.END)) {
                left--;
            }
        }
        return tags.toString();
    }
}
