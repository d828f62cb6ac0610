package io.pgproxy.core.ways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.core.LocalClient;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.memory.ProxySocketFactory;
import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sockets that end in a proxy of this process behave as those of TCP. */
@WithPostgres
class InProcessSocketTest {
    private final TestDatabase database;
    private ProxyServer server;

    InProcessSocketTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        server = builder("sockets").start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ProxyServer builder(String name) {
        return ProxyServer.builder()
                .inProcess(name)
                .upstream("postgresql://" + database.host() + ":" + database.port())
                .eventLoops(1)
                .drainDeadline(Duration.ZERO)
                .build();
    }

    private Socket connect() throws IOException {
        return server.socketFactory().createSocket("nowhere.invalid", 1);
    }

    private ScriptedClient client() throws IOException {
        ScriptedClient client = ScriptedClient.over(connect());
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    /** Runs what should wait, and tells how it ended. */
    private static BlockingQueue<String> inThread(Waiting waiting) {
        BlockingQueue<String> ends = new ArrayBlockingQueue<>(1);
        Thread thread = new Thread(
                () -> {
                    try {
                        ends.add("returned " + waiting.run());
                    } catch (Exception e) {
                        ends.add(e.getClass().getSimpleName() + " " + e.getMessage());
                    }
                },
                "waiting");
        thread.start();
        return ends;
    }

    private static void isWaiting() throws Exception {
        Await.until(
                "the thread waits",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .anyMatch(thread -> thread.getName().equals("waiting")
                                && (thread.getState() == Thread.State.WAITING
                                        || thread.getState() == Thread.State.TIMED_WAITING)));
    }

    private interface Waiting {
        Object run() throws Exception;
    }

    @Test
    void aServerWithoutAnyPortAnswers() throws Exception {
        try (ScriptedClient client = client()) {
            client.send(FrontendBytes.query("select 1"));

            assertThat(WireMessage.tags(client.readUntilReady())).isEqualTo("TDCZ");
            assertThat(server.addresses()).isEmpty();
            assertThat(server.sessions().get(0).client())
                    .isEqualTo(LocalClient.IN_PROCESS)
                    .hasToString("in-process");
            assertThatThrownBy(server::port).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aReadThatWaitsTooLongFailsAndTheNextOneReads() throws Exception {
        try (Socket socket = connect()) {
            socket.setSoTimeout(30);
            InputStream in = socket.getInputStream();
            assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
            assertThat(in.available()).isZero();

            socket.getOutputStream().write(FrontendBytes.sslRequest());
            socket.setSoTimeout(10_000);

            assertThat(in.read()).isEqualTo('N');
        }
    }

    @Test
    void anInterruptDoesNotEndARead() throws Exception {
        try (Socket socket = connect()) {
            socket.setSoTimeout(30);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void whoWritesWhileInterruptedHarmsNobody() throws Exception {
        try (Socket first = connect();
                Socket second = connect()) {
            Thread.currentThread().interrupt();
            first.getOutputStream().write(FrontendBytes.sslRequest());
            assertThat(first.getInputStream().read()).isEqualTo('N');
            assertThat(Thread.interrupted()).isTrue();
            second.getOutputStream().write(FrontendBytes.sslRequest());
            assertThat(second.getInputStream().read()).isEqualTo('N');
        }
    }

    @Test
    void closingWakesWhoReads() throws Exception {
        Socket socket = connect();
        BlockingQueue<String> ends = inThread(() -> socket.getInputStream().read());
        isWaiting();

        socket.close();

        assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("SocketException Socket closed");
        Await.until("the session has ended", () -> server.sessionCount() == 0);
    }

    @Test
    void whoWritesWaitsWhileTheUpstreamDoesNotReadAndIsWokenByTheClose() throws Exception {
        database.execute("drop table if exists t; create table t (a text)");
        Socket socket = connect();
        ScriptedClient client = ScriptedClient.over(socket);
        client.login(database.user(), database.password(), database.name());
        client.send(FrontendBytes.query("lock table t in access exclusive mode; select pg_sleep(60)"));
        byte[] query = FrontendBytes.query("select '" + "x".repeat(1_000_000) + "'");
        long[] written = new long[1];
        BlockingQueue<String> ends = inThread(() -> {
            for (int i = 0; i < 1_000; i++) {
                socket.getOutputStream().write(query);
                written[0] += query.length;
            }
            return "all";
        });
        isWaiting();

        socket.close();

        assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("SocketException Socket closed");
        assertThat(written[0]).isLessThan(100_000_000);
    }

    @Test
    void theServerWaitsWhileTheClientDoesNotReadAndNothingIsLost() throws Exception {
        try (Socket socket = connect()) {
            ScriptedClient client = ScriptedClient.over(socket);
            client.login(database.user(), database.password(), database.name());
            client.send(FrontendBytes.query("select repeat('x', 1000) from generate_series(1, 100000)"));
            Await.until(
                    "the upstream waits",
                    () -> database.query("select 1 from pg_stat_activity where pid = " + client.processId()
                                            + " and wait_event = 'ClientWrite'")
                                    .size()
                            == 1);

            assertThat(socket.getInputStream().available()).isLessThan(400_000);
            client.readMessage(); // RowDescription
            for (int i = 0; i < 100_000; i++) {
                assertThat(client.readMessage().body().length).isEqualTo(1_006);
            }
            assertThat(WireMessage.tags(client.readUntilReady())).isEqualTo("CZ");
        }
    }

    @Test
    void aHalfClosedConnectionIsReadToItsEnd() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(FrontendBytes.sslRequest());
            socket.shutdownOutput();

            assertThat(socket.getInputStream().readAllBytes()).containsExactly('N');
            assertThat(socket.isOutputShutdown()).isTrue();
            assertThatThrownBy(() -> socket.getOutputStream().write(1)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void whoShutsItsInputSeesTheEnd() throws Exception {
        try (Socket socket = connect()) {
            BlockingQueue<String> ends = inThread(() -> socket.getInputStream().read());
            isWaiting();
            socket.shutdownInput();

            assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("returned -1");
            socket.getOutputStream().write(FrontendBytes.sslRequest()); // its answer is dropped
            assertThat(server.sessionCount()).isEqualTo(1);
        }
    }

    @Test
    void optionsOfTcpAreTaken() throws Exception {
        try (Socket socket = connect()) {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.setReceiveBufferSize(1);
            socket.setSoLinger(true, 0);

            assertThat(socket.getTcpNoDelay()).isTrue();
            assertThat(socket.getKeepAlive()).isTrue();
            assertThat(socket.getSoTimeout()).isZero();
            assertThat(socket.getSendBufferSize()).isGreaterThanOrEqualTo(1 << 16);
            assertThat(socket.isConnected()).isTrue();
            assertThat(socket.toString()).isNotEmpty();
        }
    }

    @Test
    void theEndOfTheServerIsToldToWhoWaitsAndToWhoComesLater() throws Exception {
        ScriptedClient waiting = client();
        waiting.send(FrontendBytes.query("select pg_sleep(60)"));
        BlockingQueue<String> ends = inThread(() -> waiting.readMessage().sqlState());
        isWaiting();
        Socket idle = connect();
        ScriptedClient later = ScriptedClient.over(idle);
        later.login(database.user(), database.password(), database.name());

        server.close();

        assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("returned 57P01");
        later.send(FrontendBytes.query("select 1")); // as into the buffer of a socket
        assertThat(later.readMessage().sqlState()).isEqualTo("57P01");
        later.awaitEnd();
        assertThatThrownBy(() -> idle.getOutputStream().write(1)).isInstanceOf(SocketException.class);
        waiting.close();
        later.close();
    }

    @Test
    void lastWordsThatNobodyReadsAreNotLeaked() throws Exception {
        client().send(FrontendBytes.query("select repeat('x', 100000)"));
        Await.until(
                "it is sent",
                () -> database.query("select 1 from pg_stat_activity where datname = '" + database.name()
                                        + "' and query like 'select repeat%' and state = 'idle'")
                                .size()
                        == 1);

        server.close(); // the client is forgotten, and the check of this class finds no buffer
    }

    @Test
    void whoConnectsWhereNothingRunsIsRefused() throws Exception {
        ProxySocketFactory named = new ProxySocketFactory("sockets");
        named.createSocket("localhost", 1).close();
        Socket unconnected = server.socketFactory().createSocket();

        server.close();

        assertThatThrownBy(() -> named.createSocket("localhost", 1))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("sockets");
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> unconnected.getInputStream().read()).isInstanceOf(SocketException.class);
        unconnected.close();
    }

    @Test
    void aNameIsOneServersUntilItCloses() throws Exception {
        try (ProxyServer second = builder("sockets")) {
            assertThatThrownBy(second::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("sockets: another proxy has it");
        }
        new ProxySocketFactory("sockets").createSocket("localhost", 1).close();
        server.close();
        try (ProxyServer next = builder("sockets").start()) {
            new ProxySocketFactory("sockets").createSocket("localhost", 1).close();
            assertThat(next.isReady()).isTrue();
        }
    }

    @Test
    void bytesOneByOneAreTheSame() throws Exception {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            for (byte one : FrontendBytes.sslRequest()) {
                out.write(one);
            }
            assertThat(socket.getInputStream().read()).isEqualTo('N');
            out.write("nonsense, not a start-up packet".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
    }
}
