package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row.
 *
 * <p>See "DataRow" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param values the value of each column, null for SQL's null; copies, which need no release
 */
public record DataRow(List<@Nullable Bytes> values) implements BackendMessage {
    /**
     * Copies the list.
     *
     * @param values see the component
     */
    public DataRow {
        values = MessageWriter.copyOf(values);
    }

    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static DataRow read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        DataRow message = new DataRow(reader.list(4, BodyReader::value));
        reader.end();
        return message;
    }

    @Override
    public BackendTag tag() {
        return BackendTag.DATA_ROW;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            MessageWriter.writeList(body, values, MessageWriter::writeValue);
        });
    }

    /** Without the values. */
    @Override
    public String toString() {
        return "DataRow[" + values.size() + " columns]";
    }
}
