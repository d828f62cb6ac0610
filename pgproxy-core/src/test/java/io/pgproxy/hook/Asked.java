package io.pgproxy.hook;

import static io.pgproxy.testkit.peer.FrontendBytes.query;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One answer, in a form that a test can compare: type bytes, with SQLSTATEs and the values of rows. */
final class Asked {
    private Asked() {}

    /** Sends a Query and reads its answer. */
    static String ask(ScriptedClient client, String sql) throws IOException {
        client.send(query(sql));
        return answer(client);
    }

    /** Reads to the next ReadyForQuery or the end. */
    static String answer(ScriptedClient client) throws IOException {
        List<String> told = new ArrayList<>();
        for (WireMessage message : client.readUntilReady()) {
            switch (message.tag()) {
                case 'E' -> told.add("E " + message.sqlState());
                case 'N' -> told.add("N " + message.text());
                case 'D' -> told.add("D " + message.values());
                case 'Z' -> told.add("Z " + (char) message.body()[0]);
                default -> told.add(String.valueOf(message.tag()));
            }
        }
        return String.join(", ", told);
    }

    /** The text of the error in the next answer. */
    static String error(ScriptedClient client, String sql) throws IOException {
        client.send(query(sql));
        return client.readUntilReady().stream()
                .filter(message -> message.tag() == 'E')
                .map(message -> String.valueOf(message.text()))
                .findFirst()
                .orElse("no error");
    }
}
