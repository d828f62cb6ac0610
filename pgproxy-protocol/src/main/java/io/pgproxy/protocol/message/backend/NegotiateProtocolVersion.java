package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.ProtocolVersion;
import java.util.List;

/**
 * The server does not know the minor version or an option that was asked for.
 *
 * <p>See "NegotiateProtocolVersion" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param newest the newest version that the server speaks
 * @param unrecognizedOptions the names of the options that it does not know
 */
public record NegotiateProtocolVersion(ProtocolVersion newest, List<String> unrecognizedOptions)
        implements BackendMessage {
    /**
     * Copies the list.
     *
     * @param newest see the component
     * @param unrecognizedOptions see the component
     */
    public NegotiateProtocolVersion {
        unrecognizedOptions = List.copyOf(unrecognizedOptions);
    }

    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static NegotiateProtocolVersion read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        NegotiateProtocolVersion message = new NegotiateProtocolVersion(
                ProtocolVersion.of(reader.int32()), reader.elements(reader.int32(), 1, BodyReader::string));
        reader.end();
        return message;
    }

    @Override
    public BackendTag tag() {
        return BackendTag.NEGOTIATE_PROTOCOL_VERSION;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            body.writeInt(newest.code());
            body.writeInt(unrecognizedOptions.size());
            for (String option : unrecognizedOptions) {
                CString.write(body, option);
            }
        });
    }
}
