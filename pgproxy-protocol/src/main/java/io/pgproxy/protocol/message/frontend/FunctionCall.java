package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls a function by its OID; an exchange of its own, answered by FunctionCallResponse and ReadyForQuery.
 *
 * <p>See "FunctionCall" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param functionOid the OID (unsigned) of the function
 * @param argumentFormats none (all text), one for all, or one for each argument
 * @param arguments the values, null for SQL's null
 * @param resultFormat how the result is wanted
 */
public record FunctionCall(
        int functionOid, List<Format> argumentFormats, List<@Nullable Bytes> arguments, Format resultFormat)
        implements FrontendMessage {
    /**
     * Copies the lists; the formats have to fit the arguments.
     *
     * @param functionOid see the component
     * @param argumentFormats see the component
     * @param arguments see the component
     * @param resultFormat see the component
     */
    public FunctionCall {
        argumentFormats = MessageWriter.copyOf(argumentFormats);
        arguments = MessageWriter.copyOf(arguments);
        if (!fits(argumentFormats, arguments)) {
            throw new IllegalArgumentException(
                    argumentFormats.size() + " formats for " + arguments.size() + " arguments");
        }
    }

    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static FunctionCall read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        int functionOid = reader.int32();
        List<Format> argumentFormats = reader.list(2, BodyReader::format);
        List<@Nullable Bytes> arguments = reader.list(4, BodyReader::value);
        Format resultFormat = reader.format();
        reader.end();
        if (!fits(argumentFormats, arguments)) {
            throw new ProtocolException("function call message contains " + argumentFormats.size()
                    + " argument formats but " + arguments.size() + " arguments");
        }
        return new FunctionCall(functionOid, argumentFormats, arguments, resultFormat);
    }

    private static boolean fits(List<Format> formats, List<@Nullable Bytes> arguments) {
        return formats.size() <= 1 || formats.size() == arguments.size();
    }

    @Override
    public FrontendTag tag() {
        return FrontendTag.FUNCTION_CALL;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            body.writeInt(functionOid);
            MessageWriter.writeList(body, argumentFormats, (to, format) -> format.write(to));
            MessageWriter.writeList(body, arguments, MessageWriter::writeValue);
            resultFormat.write(body);
        });
    }

    /** Without the values. */
    @Override
    public String toString() {
        return "FunctionCall[functionOid=" + Integer.toUnsignedString(functionOid) + ", " + arguments.size()
                + " arguments]";
    }
}
