package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;
import java.util.List;

/**
 * Data in both directions follows: streaming replication.
 *
 * <p>See "CopyBothResponse" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param format TEXT for lines of text, BINARY for the binary format
 * @param columns the format of each column
 */
public record CopyBothResponse(Format format, List<Format> columns) implements BackendMessage {
    /**
     * Copies the list.
     *
     * @param format see the component
     * @param columns see the component
     */
    public CopyBothResponse {
        columns = MessageWriter.copyOf(columns);
    }

    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static CopyBothResponse read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        CopyBothResponse message = new CopyBothResponse(Format.of(reader.int8()), reader.list(2, BodyReader::format));
        reader.end();
        return message;
    }

    @Override
    public BackendTag tag() {
        return BackendTag.COPY_BOTH_RESPONSE;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            body.writeByte(format.code());
            MessageWriter.writeList(body, columns, (to, column) -> column.write(to));
        });
    }
}
