package io.pgproxy.core.internal.session;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.util.CharsetUtil;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A decision that comes when its session has ended gives everything back and says nothing. */
@WithPostgres
class LateDecisionTest {
    private record Question(Frame frame, Traffic traffic, EventLoop loop) {}

    private final BlockingQueue<Question> open = new ArrayBlockingQueue<>(1);
    private final TestDatabase database;

    LateDecisionTest(TestDatabase database) {
        this.database = database;
    }

    private Steering steer(ServingPhase session) {
        return (frame, traffic) -> {
            if (frame.bytes().toString(CharsetUtil.UTF_8).contains("wait")) {
                open.add(new Question(frame, traffic, session.client().loop()));
            } else {
                traffic.forward(frame);
            }
        };
    }

    /** Tells what it is asked to do. */
    private static final class Diary implements OwnAnswer {
        private final List<String> calls = new ArrayList<>();

        @Override
        public void message(Frame frame, boolean last) {
            calls.add("message");
            frame.release();
        }

        @Override
        public void turn(Reply reply) {
            calls.add("turn");
        }

        @Override
        public void abandoned() {
            calls.add("abandoned");
        }
    }

    @Test
    void anOwnAnswerIsAbandonedAndARefusalUnsaid() throws Exception {
        SteeredProxy proxy = SteeredProxy.before(database, this::steer);
        CompletableFuture<Void> closed;
        try (ScriptedClient busy = proxy.connect(database);
                ScriptedClient one = proxy.connect(database);
                ScriptedClient two = proxy.connect(database)) {
            // given two questions without an answer, and a session that the server's end has to wait for
            busy.send(query("begin"));
            busy.expect("CZ");
            one.send(query("wait"));
            Question first = open.poll(10, TimeUnit.SECONDS);
            two.send(query("wait"));
            Question second = open.poll(10, TimeUnit.SECONDS);

            // when they are answered after the server has begun to stop
            closed = CompletableFuture.runAsync(proxy::close);
            assertThat(one.expect("E!").get(0).sqlState()).isEqualTo("57P01");
            assertThat(two.expect("E!").get(0).sqlState()).isEqualTo("57P01");
            Diary diary = new Diary();
            first.loop()
                    .submit(() -> first.traffic().answer(first.frame(), diary))
                    .get(10, TimeUnit.SECONDS);
            second.loop()
                    .submit(() -> second.traffic().refuse(second.frame(), PgError.of("42501", "no")))
                    .get(10, TimeUnit.SECONDS);

            // then nothing is left of them
            assertThat(diary.calls).containsExactly("abandoned");
            assertThat(first.frame().bytes().refCnt()).isZero();
            assertThat(second.frame().bytes().refCnt()).isZero();
        }
        closed.get(10, TimeUnit.SECONDS);
    }
}
