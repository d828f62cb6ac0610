package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * One string of SQL with any number of statements.
 *
 * <p>See "Query" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param sql the text; see {@link CString} for text that is not UTF-8
 */
public record Query(String sql) implements FrontendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static Query read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        Query message = new Query(reader.string());
        reader.end();
        return message;
    }

    @Override
    public FrontendTag tag() {
        return FrontendTag.QUERY;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            CString.write(body, sql);
        });
    }

    /** Without the text, which may hold values. */
    @Override
    public String toString() {
        return "Query[" + sql.length() + " characters]";
    }
}
