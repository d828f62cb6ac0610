package io.pgproxy.core.internal.session;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.CharsetUtil;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One exchange runs on two servers, and the client sees one answer. */
@WithPostgres
class TwoUpstreamsTest {
    private final TestDatabase one;
    private final TestDatabase two;
    private Backend other;
    private SteeredProxy proxy;

    TwoUpstreamsTest(TestDatabase one, @WithPostgres(name = "second") TestDatabase two) {
        this.one = one;
        this.two = two;
    }

    @BeforeEach
    void start() throws Exception {
        for (TestDatabase database : List.of(one, two)) {
            database.execute("drop table if exists t; create table t (a int primary key)");
        }
        other = RemotePostgres.of("postgresql://" + two.host() + ":" + two.port());
        proxy = SteeredProxy.before(one, WritesToBoth::new);
    }

    @AfterEach
    void stop() {
        proxy.close();
        other.close();
    }

    private final class WritesToBoth implements Steering {
        private final ServingPhase session;
        private Upstream second;

        WritesToBoth(ServingPhase session) {
            this.session = session;
        }

        @Override
        public void decide(Frame frame, Traffic traffic) {
            if (!frame.bytes().toString(CharsetUtil.UTF_8).contains("insert")) {
                traffic.forward(frame);
            } else if (second != null) {
                traffic.answer(frame, new BothAnswers(session.main(), second));
            } else {
                QuietLogin.open(other, two, session, upstream -> {
                    second = upstream;
                    traffic.answer(frame, new BothAnswers(session.main(), upstream));
                });
            }
        }
    }

    /** Sends the Query to both, and gives the client the first one's answer once both have answered. */
    private static final class BothAnswers implements OwnAnswer {
        private final Upstream first;
        private final Upstream second;
        private final ByteBuf answer = ByteBufAllocator.DEFAULT.buffer();
        private ByteBuf message;
        private Reply reply;
        private int missing = 2;
        private TransactionStatus status;

        BothAnswers(Upstream first, Upstream second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void message(Frame frame, boolean last) {
            message = frame.bytes();
            begin();
        }

        @Override
        public void turn(Reply now) {
            reply = now;
            begin();
        }

        @Override
        public boolean asksUpstreams() {
            return true;
        }

        private void begin() {
            if (message != null && reply != null) {
                send(first, message.retainedDuplicate(), true);
                send(second, message, false);
            }
        }

        private void send(Upstream upstream, ByteBuf bytes, boolean kept) {
            upstream.sentFor(ExpectedAnswers.QUERY, new AnswerOwner() {
                @Override
                public void answered(Frame frame, Upstream from) {
                    take(frame, kept);
                }

                @Override
                public void skipped() {}
            });
            upstream.send(bytes);
            upstream.flush();
        }

        private void take(Frame frame, boolean kept) {
            boolean end = frame.tag() == 'Z';
            if (kept) {
                if (end) {
                    status = TransactionStatus.of(frame.body().getByte(0));
                }
                answer.writeBytes(frame.bytes());
            }
            frame.release();
            if (end && --missing == 0) {
                reply.write(answer);
                reply.end(status);
            }
        }

        @Override
        public void abandoned() {
            answer.release();
            if (reply == null) {
                message.release();
            }
        }
    }

    @Test
    void bothServersHaveTheRowAndTheClientOneAnswer() throws Exception {
        byte[][] messages = {
            query("select 'before', pg_sleep(0.1)"),
            query("insert into t values (1) returning a"),
            query("insert into t values (2), (3)"),
            query("insert into t values (1)"),
            query("select count(*) from t")
        };
        List<String> seen;
        try (ScriptedClient client = proxy.connect(one)) {
            seen = Conversation.run(client, 5, messages);
        }
        assertThat(seen).contains("C INSERT 0 2");
        assertThat(two.query("select a from t order by a")).isEqualTo(one.query("select a from t order by a"));
        assertThat(one.query("select count(*) from t").get(0)).containsExactly("3");

        one.execute("truncate t");
        try (ScriptedClient client = SteeredProxy.direct(one)) {
            assertThat(seen).isEqualTo(Conversation.run(client, 5, messages));
        }
    }
}
