package io.pgproxy.testkit.peer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts a message together; every length is computed, so whoever wants a wrong one writes bytes. */
final class Packet {

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Packet int8(int value) {
        body.write(value);
        return this;
    }

    Packet int16(int value) {
        body.write(value >> 8);
        body.write(value);
        return this;
    }

    Packet int32(int value) {
        return bytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    Packet bytes(byte[] value) {
        body.writeBytes(value);
        return this;
    }

    Packet text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** With its terminating zero. */
    Packet string(String value) {
        return text(value).int8(0);
    }

    /** With its length in front, -1 for null. */
    Packet value(byte @Nullable [] value) {
        return value == null ? int32(-1) : int32(value.length).bytes(value);
    }

    Packet value(@Nullable String value) {
        return value(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    byte[] message(char tag) {
        return ByteBuffer.allocate(1 + Integer.BYTES + body.size())
                .put((byte) tag)
                .putInt(Integer.BYTES + body.size())
                .put(body.toByteArray())
                .array();
    }

    /** As before login, without a type byte. */
    byte[] untagged() {
        return ByteBuffer.allocate(Integer.BYTES + body.size())
                .putInt(Integer.BYTES + body.size())
                .put(body.toByteArray())
                .array();
    }
}
