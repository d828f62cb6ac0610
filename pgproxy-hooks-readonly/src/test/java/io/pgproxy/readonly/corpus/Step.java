package io.pgproxy.readonly.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.WireMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What a client sends in one go before it reads. */
sealed interface Step {
    /** A Query of any bytes. */
    record Simple(WireMessage query) implements Step {
        String sql() {
            return query.string();
        }

        /** The same text by Parse, Bind, Describe, Execute, Sync. */
        Extended extended() {
            return Extended.of(
                    FrontendBytes.parse("", sql()),
                    FrontendBytes.bind("", ""),
                    FrontendBytes.describePortal(""),
                    FrontendBytes.execute(),
                    FrontendBytes.sync());
        }
    }

    /** Messages, the Queries and Syncs of which are answered by ReadyForQuery. */
    record Extended(List<WireMessage> messages) implements Step {
        static Extended of(byte[]... messages) {
            return new Extended(Arrays.stream(messages).map(Step::message).toList());
        }

        int ready() {
            return (int) messages.stream()
                    .filter(message -> message.tag() == 'S' || message.tag() == 'Q')
                    .count();
        }
    }

    /** A FunctionCall; the function is an OID, or its name with the types of its arguments. */
    record Call(String function, List<String> arguments) implements Step {}

    static Step of(JsonNode step) {
        if (step.has("query")) {
            return new Simple(message(FrontendBytes.query(step.get("query").asText())));
        }
        if (step.has("hexq")) {
            return new Simple(new WireMessage(
                    'Q', HexFormat.of().parseHex(step.get("hexq").asText())));
        }
        if (step.has("ext")) {
            List<WireMessage> messages = new ArrayList<>();
            step.get("ext").forEach(message -> messages.add(message(bytes(message))));
            return new Extended(List.copyOf(messages));
        }
        if (step.has("fcall") || step.has("fcall_name")) {
            JsonNode function = step.has("fcall") ? step.get("fcall") : step.get("fcall_name");
            return new Call(function.asText(), Json.texts(step.path("args")));
        }
        throw new IllegalArgumentException("an unknown step: " + step);
    }

    /** One whole message: its type byte, four bytes of length, its body. */
    private static WireMessage message(byte[] bytes) {
        return new WireMessage((char) bytes[0], Arrays.copyOfRange(bytes, 1 + Integer.BYTES, bytes.length));
    }

    private static byte[] bytes(JsonNode message) {
        String type = message.get(0).asText();
        String first = message.path(1).asText();
        String second = message.path(2).asText();
        return switch (type) {
            case "P" -> FrontendBytes.parse(first, second);
            case "B" -> FrontendBytes.bind(first, second, values(message.path(3)));
            case "D" ->
                first.equals("S") ? FrontendBytes.describeStatement(second) : FrontendBytes.describePortal(second);
            case "E" -> FrontendBytes.execute(first, message.path(2).asInt());
            case "C" -> first.equals("S") ? FrontendBytes.closeStatement(second) : FrontendBytes.closePortal(second);
            case "H" -> FrontendBytes.flush();
            case "S" -> FrontendBytes.sync();
            case "Q" -> FrontendBytes.query(first);
            default -> throw new IllegalArgumentException("an unknown message: " + message);
        };
    }

    private static String[] values(JsonNode values) {
        return values.valueStream()
                .map(value -> value.isNull() ? null : value.asText())
                .toArray(String[]::new);
    }

    /** The message with another text in its body. */
    static byte[] replaced(WireMessage message, String text, String by) {
        String body = new String(message.body(), StandardCharsets.ISO_8859_1).replace(text, by);
        return FrontendBytes.message(message.tag(), body.getBytes(StandardCharsets.ISO_8859_1));
    }
}
