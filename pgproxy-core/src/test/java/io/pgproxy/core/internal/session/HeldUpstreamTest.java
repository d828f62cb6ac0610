package io.pgproxy.core.internal.session;

import static io.pgproxy.testkit.peer.BackendBytes.commandComplete;
import static io.pgproxy.testkit.peer.BackendBytes.dataRow;
import static io.pgproxy.testkit.peer.BackendBytes.notification;
import static io.pgproxy.testkit.peer.BackendBytes.readyForQuery;
import static io.pgproxy.testkit.peer.BackendBytes.rowDescription;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.CharsetUtil;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An upstream that waited for its turn, and may speak again, does not disturb the answer that has just ended. */
class HeldUpstreamTest {
    private static final byte[] ROW = dataRow("x".repeat(1_000));

    private static final class ToTheOther implements Steering {
        private final ServingPhase session;
        private final Backend other;
        private Upstream opened;

        ToTheOther(ServingPhase session, Backend other) {
            this.session = session;
            this.other = other;
        }

        @Override
        public void decide(Frame frame, Traffic traffic) {
            if (!frame.bytes().toString(CharsetUtil.UTF_8).contains("there")) {
                traffic.forward(frame);
            } else if (opened != null) {
                traffic.route(frame, opened);
            } else {
                QuietLogin.open(other, "u", "d", session, upstream -> {
                    opened = upstream;
                    traffic.route(frame, upstream);
                });
            }
        }
    }

    private static RemotePostgres at(ScriptedBackend backend) {
        return RemotePostgres.of("postgresql://" + backend.host() + ":" + backend.port());
    }

    @Test
    void whatItHasToSayComesBehindTheAnswerAndNotIntoARow() throws Exception {
        CountDownLatch halfSeen = new CountDownLatch(1);
        try (ScriptedBackend there = ScriptedBackend.start(connection -> {
                    connection.greet();
                    connection.expect("Q");
                    connection.send(commandComplete("LISTEN"), readyForQuery('I'), notification(7, "news", ""));
                    connection.awaitEnd();
                });
                ScriptedBackend here = ScriptedBackend.start(connection -> {
                    connection.greet();
                    connection.expect("Q");
                    connection.send(rowDescription("a"), Arrays.copyOf(ROW, 500));
                    await(halfSeen);
                    connection.send(
                            Arrays.copyOfRange(ROW, 500, ROW.length), commandComplete("SELECT 1"), readyForQuery('I'));
                    connection.awaitEnd();
                });
                Backend other = at(there);
                SteeredProxy proxy = SteeredProxy.before(at(here), session -> new ToTheOther(session, other));
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("u", "", "d");
            client.send(query("there"), query("here"));
            client.expectNext("CZT");
            assertThat(client.readBytes(500)).isEqualTo(Arrays.copyOf(ROW, 500));
            halfSeen.countDown();
            assertThat(client.readBytes(ROW.length - 500)).isEqualTo(Arrays.copyOfRange(ROW, 500, ROW.length));
            client.expectNext("CZA");
        }
    }

    @Test
    void aDrainDoesNotCutOffTheAnswer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch draining = new CountDownLatch(1);
        CompletableFuture<Void> closed;
        try (ScriptedBackend there = ScriptedBackend.start(connection -> {
                    connection.greet();
                    connection.expect("Q");
                    connection.send(commandComplete("SET"), readyForQuery('I'));
                    connection.awaitEnd();
                });
                ScriptedBackend here = ScriptedBackend.start(connection -> {
                    connection.greet();
                    if (connection.readMessage().tag() == 'Q') {
                        asked.countDown();
                        await(draining);
                        connection.send(rowDescription("a"), ROW, commandComplete("SELECT 1"), readyForQuery('I'));
                    }
                    connection.awaitEnd();
                });
                Backend other = at(there);
                SteeredProxy proxy = SteeredProxy.before(at(here), session -> new ToTheOther(session, other));
                ScriptedClient idle = ScriptedClient.connect("127.0.0.1", proxy.port());
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            idle.login("u", "", "d");
            client.login("u", "", "d");
            client.send(query("there"));
            client.expect("CZ");
            client.send(query("here"));
            await(asked);
            closed = CompletableFuture.runAsync(proxy::close);
            idle.expect("E!");
            draining.countDown();
            assertThat(WireMessage.tags(client.readUntilReady())).isEqualTo("TDCZ");
            assertThat(client.expect("E!").get(0).sqlState()).isEqualTo("57P01");
        }
        closed.get(10, TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
