package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;
import java.util.List;

/**
 * The columns of the rows to come.
 *
 * <p>See "RowDescription" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param columns the columns in their order
 */
public record RowDescription(List<Column> columns) implements BackendMessage {
    /**
     * Copies the list.
     *
     * @param columns see the component
     */
    public RowDescription {
        columns = MessageWriter.copyOf(columns);
    }

    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static RowDescription read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        RowDescription message = new RowDescription(reader.list(Column.smallest(), Column::read));
        reader.end();
        return message;
    }

    @Override
    public BackendTag tag() {
        return BackendTag.ROW_DESCRIPTION;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            MessageWriter.writeList(body, columns, (to, column) -> column.write(to));
        });
    }
}
