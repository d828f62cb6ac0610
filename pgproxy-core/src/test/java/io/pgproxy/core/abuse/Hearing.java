package io.pgproxy.core.abuse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a server has said to a case so far, in the notation of the corpus. */
final class Hearing {
    private ScriptedClient client;
    private final StringBuilder tags = new StringBuilder();
    private final List<String> states = new ArrayList<>();
    private boolean rawDue;
    private boolean errorLast;
    private boolean closed;

    Hearing(ScriptedClient client, boolean firstByteIsRaw) {
        this.client = client;
        this.rawDue = firstByteIsRaw;
    }

    /** The connection is another one from now on. */
    void goesOnWith(ScriptedClient encrypted) {
        client = encrypted;
    }

    /** Hears what comes until nothing has come for a while, or the connection is closed. */
    void listen(Duration silence) throws IOException {
        client.timeout(silence);
        try {
            while (!closed) {
                hear();
            }
        } catch (SocketTimeoutException nothingMore) {
            // it is the client's turn
        } catch (EOFException | SocketException | SSLException gone) {
            closed = true;
        }
    }

    private void hear() throws IOException {
        if (rawDue) {
            tags.append('<').append(new String(client.readBytes(1), ISO_8859_1)).append('>');
            rawDue = false;
            return;
        }
        WireMessage message = client.readMessage();
        errorLast = message.tag() == 'E';
        if (message.equals(WireMessage.END)) {
            errorLast = !states.isEmpty() && tags.charAt(tags.length() - 1) == 'E';
            closed = true;
        } else if (message.tag() == 'R') {
            tags.append('R').append(message.int32(0)).append(' ');
        } else if (message.tag() != 'N' && message.tag() != 'S') {
            tags.append(message.tag());
            note(message.tag() == 'E' ? message.sqlState() : null);
        }
    }

    private void note(@Nullable String state) {
        if (state != null) {
            states.add(state);
        }
    }

    boolean isClosed() {
        return closed;
    }

    String outcome() {
        if (closed && errorLast) {
            return "error_close:" + states.get(states.size() - 1);
        }
        if (closed) {
            return tags.isEmpty() ? "close" : "close_after:" + tags;
        }
        return "open:" + tags + (states.isEmpty() ? "" : "/" + String.join(",", states));
    }
}
