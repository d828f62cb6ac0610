package io.pgproxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Bytes written by hand, with nothing of the code under test. */
public final class Octets {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Octets() {}

    public static Octets octets() {
        return new Octets();
    }

    public Octets int8(int value) {
        bytes.write(value);
        return this;
    }

    public Octets int16(int value) {
        return int8(value >> 8).int8(value);
    }

    public Octets int32(int value) {
        return int16(value >> 16).int16(value);
    }

    /** ASCII or UTF-8 without an end. */
    public Octets raw(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Text and a zero byte. */
    public Octets text(String text) {
        return raw(text).int8(0);
    }

    public byte[] array() {
        return bytes.toByteArray();
    }

    /** The bytes as a body, with type byte and length in front. */
    public byte[] message(char tag) {
        byte[] body = array();
        Octets message = octets().int8(tag).int32(body.length + 4);
        message.bytes.writeBytes(body);
        return message.array();
    }

    /** The bytes as a start-up packet, with their length in front. */
    public byte[] packet() {
        byte[] body = array();
        Octets packet = octets().int32(body.length + 4);
        packet.bytes.writeBytes(body);
        return packet.array();
    }

    /** What is written into a buffer. */
    public static byte[] written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        byte[] result = new byte[out.readableBytes()];
        out.readBytes(result);
        return result;
    }
}
