package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * What a function gave that was called by FunctionCall.
 *
 * <p>See "FunctionCallResponse" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param result the value, or null for SQL's null
 */
public record FunctionCallResponse(@Nullable Bytes result) implements BackendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static FunctionCallResponse read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        FunctionCallResponse message = new FunctionCallResponse(reader.value());
        reader.end();
        return message;
    }

    @Override
    public BackendTag tag() {
        return BackendTag.FUNCTION_CALL_RESPONSE;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            MessageWriter.writeValue(body, result);
        });
    }
}
