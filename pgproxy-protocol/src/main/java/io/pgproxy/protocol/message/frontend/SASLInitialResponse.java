package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * The mechanism that the client chose, and its first word.
 *
 * <p>See "SASLInitialResponse" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param mechanism its name
 * @param response what the mechanism says, or null if it says nothing yet
 */
public record SASLInitialResponse(
        String mechanism, @Nullable Bytes response) implements AuthenticationResponse {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static SASLInitialResponse read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        SASLInitialResponse message = new SASLInitialResponse(reader.string(), reader.value());
        reader.end();
        return message;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            CString.write(body, mechanism);
            MessageWriter.writeValue(body, response);
        });
    }

    /** Without the response. */
    @Override
    public String toString() {
        return "SASLInitialResponse[mechanism=" + mechanism + "]";
    }
}
