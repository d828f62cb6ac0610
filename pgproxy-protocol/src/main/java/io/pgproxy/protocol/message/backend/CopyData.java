package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * Data of a COPY; a server sends one row in each.
 *
 * <p>See "CopyData" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param data any bytes
 */
public record CopyData(Bytes data) implements BackendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static CopyData read(ByteBuf body) {
        return new CopyData(new BodyReader(body).rest());
    }

    @Override
    public BackendTag tag() {
        return BackendTag.COPY_DATA;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            data.write(body);
        });
    }
}
