package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;
import java.util.List;

/**
 * The parameters of a prepared statement.
 *
 * <p>See "ParameterDescription" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param typeOids the OID (unsigned) of each parameter's type
 */
public record ParameterDescription(List<Integer> typeOids) implements BackendMessage {
    /**
     * Copies the list.
     *
     * @param typeOids see the component
     */
    public ParameterDescription {
        typeOids = MessageWriter.copyOf(typeOids);
    }

    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static ParameterDescription read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        ParameterDescription message = new ParameterDescription(reader.list(4, BodyReader::int32));
        reader.end();
        return message;
    }

    @Override
    public BackendTag tag() {
        return BackendTag.PARAMETER_DESCRIPTION;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            MessageWriter.writeList(body, typeOids, ByteBuf::writeInt);
        });
    }
}
