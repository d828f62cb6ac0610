package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;
import java.util.List;

/**
 * Makes a prepared statement.
 *
 * <p>See "Parse" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param name its name, empty for the unnamed one
 * @param sql one statement; see {@link CString} for text that is not UTF-8
 * @param parameterTypes the OIDs (unsigned) of as many parameters as the client wants to tell, 0 for undecided ones
 */
public record Parse(String name, String sql, List<Integer> parameterTypes) implements FrontendMessage {
    /**
     * Copies the list.
     *
     * @param name see the component
     * @param sql see the component
     * @param parameterTypes see the component
     */
    public Parse {
        parameterTypes = MessageWriter.copyOf(parameterTypes);
    }

    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static Parse read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        Parse message = new Parse(reader.string(), reader.string(), reader.list(4, BodyReader::int32));
        reader.end();
        return message;
    }

    @Override
    public FrontendTag tag() {
        return FrontendTag.PARSE;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            CString.write(body, name);
            CString.write(body, sql);
            MessageWriter.writeList(body, parameterTypes, ByteBuf::writeInt);
        });
    }

    /** Without the text, which may hold values. */
    @Override
    public String toString() {
        return "Parse[name=" + name + ", " + sql.length() + " characters]";
    }
}
