package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * The value of a setting that the server reports; it may come at any time.
 *
 * <p>See "ParameterStatus" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param name the setting
 * @param value the server's own spelling of the value
 */
public record ParameterStatus(String name, String value) implements BackendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static ParameterStatus read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        ParameterStatus message = new ParameterStatus(reader.string(), reader.string());
        reader.end();
        return message;
    }

    @Override
    public BackendTag tag() {
        return BackendTag.PARAMETER_STATUS;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            CString.write(body, name);
            CString.write(body, value);
        });
    }
}
