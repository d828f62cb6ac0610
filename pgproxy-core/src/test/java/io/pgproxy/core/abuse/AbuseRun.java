package io.pgproxy.core.abuse;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.startup;

import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.pgproxy.tls.TlsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;

/** Does what a case says, and tells how it ended. */
final class AbuseRun {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final int port;
    private final TestDatabase database;
    private final Duration loginDeadline;

    AbuseRun(int port, TestDatabase database, Duration loginDeadline) {
        this.port = port;
        this.database = database;
        this.loginDeadline = loginDeadline;
    }

    String outcome(AbuseCase abuse) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return outcome(abuse, socket, ScriptedClient.over(socket).timeout(PATIENCE));
        }
    }

    private String outcome(AbuseCase abuse, Socket socket, ScriptedClient client) throws IOException {
        begin(abuse, client);
        ScriptedClient speaking = client;
        Hearing hearing = new Hearing(client, abuse.firstByteIsRaw());
        try {
            for (Map<String, Object> action : abuse.actions()) {
                if (!action.containsKey("tls")) {
                    act(action, speaking, hearing);
                } else if (!hearing.isClosed()) {
                    speaking = encrypted(socket);
                    hearing.goesOnWith(speaking);
                }
            }
        } catch (SocketException | SSLException gone) {
            // closed before all was said
        }
        hearing.listen(abuse.waitsForLoginDeadline() ? loginDeadline.plus(PATIENCE) : abuse.silence());
        if (abuse.phase().equals("post") && !hearing.isClosed()) {
            answers(speaking, 4711);
        }
        return hearing.outcome();
    }

    private static ScriptedClient encrypted(Socket socket) throws IOException {
        try {
            return ScriptedClient.over(TlsClient.encrypted(socket, null));
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void begin(AbuseCase abuse, ScriptedClient client) throws IOException {
        switch (abuse.phase()) {
            case "sasl" -> {
                client.send(startup(abuse.userOr(database.user()), database.name()));
                client.expectNext("R");
            }
            case "post" -> client.login(database.user(), database.password(), database.name());
            default -> {}
        }
    }

    private void act(Map<String, Object> action, ScriptedClient client, Hearing hearing) throws IOException {
        if (action.get("send") instanceof String hex) {
            int times = action.get("repeat") instanceof Double repeat ? repeat.intValue() : 1;
            client.send(HexFormat.of().parseHex(hex.repeat(times)));
        } else if (action.get("startup") instanceof List<?> parameters) {
            int version = action.get("proto") instanceof Double proto ? proto.intValue() : FrontendBytes.PROTOCOL_3_0;
            client.send(startup(version, named(parameters)));
        } else if (action.get("drip") instanceof String hex) {
            for (byte one : HexFormat.of().parseHex(hex)) {
                client.send(new byte[] {one});
                pause((Double) action.get("gap"));
            }
        } else if (action.containsKey("read")) {
            Object silence = action.getOrDefault("idle", 0.4);
            hearing.listen(AbuseCase.ofSeconds((Double) silence));
        } else if (action.get("sleep") instanceof Double seconds) {
            pause(seconds);
        } else if (action.get("cancel") instanceof String which) {
            cancel(which, client);
        } else if (action.containsKey("fin")) {
            client.halfClose();
        } else if (!hearing.isClosed()) {
            throw new IllegalStateException("no such action: " + action);
        }
    }

    private void cancel(String which, ScriptedClient client) throws IOException {
        byte[] secret = client.secretKey();
        if (which.equals("wrong_key")) {
            secret[0] ^= 0x55;
        }
        ScriptedClient.cancel("127.0.0.1", port, client.processId(), secret);
    }

    private Map<String, String> named(List<?> parameters) {
        Map<String, String> named = new LinkedHashMap<>();
        for (Object parameter : parameters) {
            List<?> pair = (List<?>) parameter;
            String value = ((String) pair.get(1)).replace("$USER", database.user());
            named.put((String) pair.get(0), value.replace("$DB", database.name()));
        }
        return named;
    }

    /** Whoever comes next is served, and soon. */
    void demandFreshLogin() throws IOException {
        long began = System.nanoTime();
        try (ScriptedClient client = connect()) {
            client.login(database.user(), database.password(), database.name());
            answers(client, 1);
        }
        if (System.nanoTime() - began > PATIENCE.toNanos()) {
            throw new AssertionError("a fresh login took longer than " + PATIENCE.toSeconds() + " s");
        }
    }

    private static void answers(ScriptedClient client, int number) throws IOException {
        client.timeout(PATIENCE);
        client.send(query("SELECT " + number));
        List<WireMessage> answer = client.expect("TDCZ");
        if (!String.valueOf(number).equals(answer.get(1).values().get(0))) {
            throw new AssertionError("another answer than " + number + ": " + answer);
        }
    }

    private ScriptedClient connect() throws IOException {
        return ScriptedClient.connect("127.0.0.1", port).timeout(PATIENCE);
    }

    private static void pause(double seconds) {
        LockSupport.parkNanos(AbuseCase.ofSeconds(seconds).toNanos());
    }
}
