package io.pgproxy.core.wire;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One client's conversation, and what it has heard that is to be compared with another run.
 *
 * @param client the client
 * @param heard what it was answered so far
 */
public record Talk(ScriptedClient client, List<WireMessage> heard) {
    Talk(ScriptedClient client) {
        this(client, new ArrayList<>());
    }

    /** Sends, and hears all up to ReadyForQuery, CopyInResponse or the end. */
    public List<WireMessage> ask(String tags, byte[]... messages) throws IOException {
        client.send(messages);
        return hear(tags);
    }

    /** Hears all up to ReadyForQuery, CopyInResponse or the end. */
    public List<WireMessage> hear(String tags) throws IOException {
        List<WireMessage> answer = client.expect(tags);
        heard.addAll(answer);
        return answer;
    }

    /** Hears exactly so many messages. */
    public List<WireMessage> hearNext(String tags) throws IOException {
        List<WireMessage> answer = client.expectNext(tags);
        heard.addAll(answer);
        return answer;
    }
}
