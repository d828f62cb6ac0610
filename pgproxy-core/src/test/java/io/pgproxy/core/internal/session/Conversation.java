package io.pgproxy.core.internal.session;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Sends messages in one piece, and tells what came back up to a number of ReadyForQuery. */
final class Conversation {
    private Conversation() {}

    /** Parse, Bind, Describe, Execute, Sync of one statement. */
    static byte[] extended(String sql) {
        return join(parse("", sql), bind("", ""), describePortal(""), execute("", 0), sync());
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Whole messages; of errors only the SQLSTATE, for texts and positions may differ. */
    static List<String> run(ScriptedClient client, int ready, byte[]... messages) throws IOException {
        client.send(messages);
        List<String> seen = new ArrayList<>();
        while (ready > 0) {
            WireMessage message = client.readMessage();
            seen.add(tell(message));
            if (message.equals(WireMessage.END)) {
                return seen;
            }
            if (message.tag() == 'Z') {
                ready--;
            }
        }
        return seen;
    }

    static String tell(WireMessage message) {
        return switch (message.tag()) {
            case 'E' -> "E " + message.sqlState();
            case 'Z' -> "Z " + (char) message.body()[0];
            case 'C' -> "C " + message.string();
            default -> message.tag() + " " + HexFormat.of().formatHex(message.body());
        };
    }
}
