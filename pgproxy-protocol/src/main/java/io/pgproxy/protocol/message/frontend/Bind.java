package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a portal out of a prepared statement and values for its parameters.
 *
 * <p>See "Bind" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param portal its name, empty for the unnamed one
 * @param statement the name of the prepared statement
 * @param parameterFormats none (all text), one for all, or one for each parameter
 * @param parameters the values, null for SQL's null; copies, which need no release
 * @param resultFormats none (all text), one for all, or one for each column
 */
public record Bind(
        String portal,
        String statement,
        List<Format> parameterFormats,
        List<@Nullable Bytes> parameters,
        List<Format> resultFormats)
        implements FrontendMessage {
    /**
     * Copies the lists; the formats have to fit the parameters.
     *
     * @param portal see the component
     * @param statement see the component
     * @param parameterFormats see the component
     * @param parameters see the component
     * @param resultFormats see the component
     */
    public Bind {
        parameterFormats = MessageWriter.copyOf(parameterFormats);
        parameters = MessageWriter.copyOf(parameters);
        resultFormats = MessageWriter.copyOf(resultFormats);
        if (!fits(parameterFormats, parameters.size())) {
            throw new IllegalArgumentException(
                    parameterFormats.size() + " formats for " + parameters.size() + " parameters");
        }
    }

    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static Bind read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        String portal = reader.string();
        String statement = reader.string();
        List<Format> parameterFormats = reader.list(2, BodyReader::format);
        List<@Nullable Bytes> parameters = reader.list(4, BodyReader::value);
        List<Format> resultFormats = reader.list(2, BodyReader::format);
        reader.end();
        if (!fits(parameterFormats, parameters.size())) {
            throw new ProtocolException("bind message has " + parameterFormats.size() + " parameter formats but "
                    + parameters.size() + " parameters");
        }
        return new Bind(portal, statement, parameterFormats, parameters, resultFormats);
    }

    @Override
    public FrontendTag tag() {
        return FrontendTag.BIND;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            CString.write(body, portal);
            CString.write(body, statement);
            MessageWriter.writeList(body, parameterFormats, (to, format) -> format.write(to));
            MessageWriter.writeList(body, parameters, MessageWriter::writeValue);
            MessageWriter.writeList(body, resultFormats, (to, format) -> format.write(to));
        });
    }

    /**
     * The format of a parameter.
     *
     * @param index from 0
     * @return as {@link #parameterFormats} says
     */
    public Format parameterFormat(int index) {
        return format(parameterFormats, index);
    }

    /**
     * The format that is wanted for a column.
     *
     * @param index from 0
     * @return as {@link #resultFormats} says
     */
    public Format resultFormat(int index) {
        return format(resultFormats, index);
    }

    private static Format format(List<Format> formats, int index) {
        return switch (formats.size()) {
            case 0 -> Format.TEXT;
            case 1 -> formats.get(0);
            default -> formats.get(index);
        };
    }

    private static boolean fits(List<Format> formats, int count) {
        return formats.size() <= 1 || formats.size() == count;
    }

    /** Without the values. */
    @Override
    public String toString() {
        return "Bind[portal=" + portal + ", statement=" + statement + ", " + parameters.size() + " parameters]";
    }
}
