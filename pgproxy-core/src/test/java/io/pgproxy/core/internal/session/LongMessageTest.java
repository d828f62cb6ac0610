package io.pgproxy.core.internal.session;

import static io.pgproxy.core.internal.session.Conversation.join;
import static io.pgproxy.testkit.peer.FrontendBytes.message;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.CharsetUtil;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A message of which a steering sees the head alone: what is not sent is not sent in part either. */
@WithPostgres
class LongMessageTest {
    private static final int HEAD = 64 << 20;
    private static final byte[] SMUGGLED = query("insert into t values (666)");

    private final TestDatabase database;
    private SteeredProxy proxy;

    LongMessageTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("drop table if exists t; create table t (a int)");
        proxy = SteeredProxy.before(database, session -> LongMessageTest::decide);
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private static void decide(Frame frame, Traffic traffic) {
        int seen = Math.min(100, frame.bytes().readableBytes());
        if (frame.bytes().toString(0, seen, CharsetUtil.US_ASCII).contains("refuse_me")) {
            traffic.refuse(frame, PgError.of("42703", "refused"));
        } else {
            traffic.forward(frame);
        }
    }

    @Test
    void theRestOfARefusedQueryGoesNowhere() throws Exception {
        List<String> seen = run(2, longQuery(), query("select 1 where false"));
        assertThat(seen).containsSequence("E 42703", "Z I").endsWith("C SELECT 0", "Z I");
        assertThat(seen).hasSize(5);
        assertThat(rows()).isZero();
    }

    @Test
    void norInABlockWhereTheServerTakesPart() throws Exception {
        List<String> seen = run(3, query("begin"), longQuery(), query("rollback"));
        assertThat(seen).containsExactly("C BEGIN", "Z T", "E 42703", "Z E", "C ROLLBACK", "Z I");
        assertThat(rows()).isZero();
    }

    @Test
    void norBehindARefusalInTheSameBatch() throws Exception {
        // given a batch that is refused, and in it a Query that only a Sync can end
        List<String> seen = run(1, join(parse("", "select refuse_me"), longQuery(), message('S', new byte[0])));
        assertThat(seen).containsExactly("E 42703", "Z I");
        assertThat(rows()).isZero();
    }

    private static byte[] longQuery() {
        byte[] head = "select refuse_me /*".getBytes(StandardCharsets.US_ASCII);
        byte[] body = new byte[HEAD - 5 + SMUGGLED.length];
        Arrays.fill(body, (byte) ' ');
        System.arraycopy(head, 0, body, 0, head.length);
        System.arraycopy(SMUGGLED, 0, body, HEAD - 5, SMUGGLED.length);
        return message('Q', body);
    }

    private List<String> run(int ready, byte[]... messages) throws Exception {
        try (ScriptedClient client = proxy.connect(database)) {
            return Conversation.run(client, ready, messages);
        }
    }

    private int rows() throws Exception {
        return Integer.parseInt(database.query("select count(*) from t").get(0).get(0));
    }
}
