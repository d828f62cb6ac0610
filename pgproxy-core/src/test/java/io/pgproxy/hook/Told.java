package io.pgproxy.hook;

import static io.pgproxy.testkit.peer.FrontendBytes.query;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Answers as one line each: type bytes with what a test wants to see of their content. */
public final class Told {
    private Told() {}

    /** Sends a Query and reads its answer. */
    public static String ask(ScriptedClient client, String sql) throws IOException {
        return ask(client, query(sql));
    }

    /** Sends messages in one piece and reads to the next ReadyForQuery. */
    public static String ask(ScriptedClient client, byte[]... messages) throws IOException {
        client.send(messages);
        return next(client);
    }

    /** Reads to the next ReadyForQuery, CopyInResponse or the end. */
    public static String next(ScriptedClient client) throws IOException {
        List<String> told = new ArrayList<>();
        for (WireMessage message : client.readUntilReady()) {
            told.add(tell(message));
        }
        return String.join(" ", told);
    }

    private static String tell(WireMessage message) {
        return switch (message.tag()) {
            case 'E' -> "E(" + message.sqlState() + ")";
            case 'N' -> "N(" + message.text() + ")";
            case 'D' -> "D" + message.values();
            case 'C' -> "C(" + message.string() + ")";
            case 'd' -> "d(" + new String(message.body(), StandardCharsets.UTF_8).strip() + ")";
            case 'T' -> "T" + columns(message);
            case 'S' -> "S(" + message.string() + ")";
            case 'Z' -> "Z" + (char) message.body()[0];
            default -> String.valueOf(message.tag());
        };
    }

    /** Names, and {@code *} behind those in binary format. */
    private static List<String> columns(WireMessage message) {
        ByteBuffer body = ByteBuffer.wrap(message.body());
        int count = body.getShort();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int from = body.position();
            while (body.get() != 0) {
                // the name
            }
            String name = new String(message.body(), from, body.position() - 1 - from, StandardCharsets.UTF_8);
            body.position(body.position() + 16);
            names.add(name + (body.getShort() == 1 ? "*" : ""));
        }
        return names;
    }
}
