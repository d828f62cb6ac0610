package io.pgproxy.cache;

import io.pgproxy.testkit.peer.WireMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows from messages, in both formats. */
final class RowBytes {
    private RowBytes() {}

    /** Slot, version, tag, and maybe something else. */
    static Row row(WireMessage message, boolean binary) {
        List<String> texts = message.values();
        long version = binary ? number(message, 1) : Long.parseLong(texts.get(1));
        return new Row(texts.get(0), version, texts.get(2), texts.size() > 3 ? texts.get(3) : "");
    }

    /** A bigint. */
    static long number(WireMessage message, boolean binary) {
        return binary ? number(message, 0) : Long.parseLong(message.values().get(0));
    }

    private static long number(WireMessage message, int column) {
        ByteBuffer body = ByteBuffer.wrap(message.body()).position(Short.BYTES);
        for (int i = 0; i < column; i++) {
            int length = body.getInt();
            body.position(body.position() + length);
        }
        int length = body.getInt();
        if (length != Long.BYTES) {
            throw new IllegalArgumentException(
                    length + " bytes of " + new String(message.body(), StandardCharsets.ISO_8859_1));
        }
        return body.getLong();
    }
}
