package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * Asks for the shape of a prepared statement or portal.
 *
 * <p>See "Describe" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param target what the name is a name of
 * @param name its name, empty for the unnamed one
 */
public record Describe(Target target, String name) implements FrontendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static Describe read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        Describe message = new Describe(Target.read(reader), reader.string());
        reader.end();
        return message;
    }

    @Override
    public FrontendTag tag() {
        return FrontendTag.DESCRIBE;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            body.writeByte(target.code());
            CString.write(body, name);
        });
    }

    /**
     * Describe of a prepared statement.
     *
     * @param name its name
     * @return the message
     */
    public static Describe statement(String name) {
        return new Describe(Target.STATEMENT, name);
    }

    /**
     * Describe of a portal.
     *
     * @param name its name
     * @return the message
     */
    public static Describe portal(String name) {
        return new Describe(Target.PORTAL, name);
    }
}
