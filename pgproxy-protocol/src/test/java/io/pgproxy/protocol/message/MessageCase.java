package io.pgproxy.protocol.message;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.Bytes;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A message, its bytes written by hand, and what reads its body.
 *
 * @param openEnded does its last part reach to the message's end, so that fewer or more bytes are another valid
 *     message?
 */
record MessageCase(
        Object message, Bytes whole, Function<ByteBuf, Object> reader, Consumer<ByteBuf> writer, boolean openEnded) {
    byte[] bytes() {
        return whole.toByteArray();
    }

    byte[] body() {
        byte[] bytes = bytes();
        byte[] body = new byte[bytes.length - 5];
        System.arraycopy(bytes, 5, body, 0, body.length);
        return body;
    }

    @Override
    public String toString() {
        return message.toString();
    }
}
