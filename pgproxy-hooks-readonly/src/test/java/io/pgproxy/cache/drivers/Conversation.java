package io.pgproxy.cache.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.peer.WireMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One connection, from the end of its login on.
 *
 * @param said what the client has sent, without the names of portals: some drivers make them up anew
 * @param heard what it was answered, without the places in the server's source where errors come from: a proxy with
 *     hooks knows names of statements and portals, and refuses others in the server's words
 */
record Conversation(List<WireMessage> said, List<WireMessage> heard) {
    static Conversation of(byte[] said, byte[] heard) {
        ByteBuffer client = ByteBuffer.wrap(said);
        client.position(client.getInt()); // behind the start-up packet, which has no type byte
        List<WireMessage> asked = messages(client);
        asked.removeIf(message -> message.tag() == 'p'); // passwords
        asked.replaceAll(Conversation::withoutPortal);
        List<WireMessage> answered = messages(ByteBuffer.wrap(heard));
        answered.subList(0, WireMessage.tags(answered).indexOf('Z') + 1).clear();
        answered.replaceAll(Conversation::withoutSource);
        return new Conversation(asked, answered);
    }

    private static List<WireMessage> messages(ByteBuffer bytes) {
        List<WireMessage> messages = new ArrayList<>();
        while (bytes.hasRemaining()) {
            char tag = (char) bytes.get();
            byte[] body = new byte[bytes.getInt() - Integer.BYTES];
            bytes.get(body);
            messages.add(new WireMessage(tag, body));
        }
        return messages;
    }

    private static WireMessage withoutPortal(WireMessage message) {
        byte[] body = message.body();
        return switch (message.tag()) {
            case 'B', 'E' -> new WireMessage(message.tag(), behindString(body));
            case 'C', 'D' -> body[0] == 'P' ? new WireMessage(message.tag(), new byte[] {'P'}) : message;
            default -> message;
        };
    }

    private static byte[] behindString(byte[] body) {
        int end = 0;
        while (body[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(body, end + 1, body.length);
    }

    private static WireMessage withoutSource(WireMessage message) {
        if (message.tag() != 'E') {
            return message;
        }
        StringBuilder fields = new StringBuilder();
        for (String field : new String(message.body(), StandardCharsets.UTF_8).split("\0", -1)) {
            if (!field.isEmpty() && "FLR".indexOf(field.charAt(0)) < 0) {
                fields.append(field).append('\0');
            }
        }
        return new WireMessage('E', fields.append('\0').toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The same without Close and its answers. */
    Conversation withoutClose() {
        return new Conversation(
                said.stream().filter(message -> message.tag() != 'C').toList(),
                heard.stream().filter(message -> message.tag() != '3').toList());
    }

    /** Fails at the first message that is another one. */
    void assertSameAs(Conversation other, String how) {
        assertSame(said, other.said, "said " + how);
        assertSame(heard, other.heard, "heard " + how);
    }

    private static void assertSame(List<WireMessage> these, List<WireMessage> those, String what) {
        for (int i = 0; i < Math.max(these.size(), those.size()); i++) {
            if (!at(these, i).equals(at(those, i))) {
                assertThat(at(these, i))
                        .as("message %d of what was %s, behind %s", i, what, these.subList(Math.max(0, i - 8), i))
                        .isEqualTo(at(those, i));
            }
        }
    }

    private static WireMessage at(List<WireMessage> messages, int place) {
        return place < messages.size() ? messages.get(place) : WireMessage.END;
    }
}
