package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * The client's answer to a challenge.
 *
 * <p>See "SASLResponse" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param data what the mechanism says
 */
public record SASLResponse(Bytes data) implements AuthenticationResponse {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static SASLResponse read(ByteBuf body) {
        return new SASLResponse(new BodyReader(body).rest());
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            data.write(body);
        });
    }

    /** Without the data. */
    @Override
    public String toString() {
        return "SASLResponse[]";
    }
}
