package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * Closes a prepared statement or portal; no error if there is none.
 *
 * <p>See "Close" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param target what the name is a name of
 * @param name its name, empty for the unnamed one
 */
public record Close(Target target, String name) implements FrontendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static Close read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        Close message = new Close(Target.read(reader), reader.string());
        reader.end();
        return message;
    }

    @Override
    public FrontendTag tag() {
        return FrontendTag.CLOSE;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            body.writeByte(target.code());
            CString.write(body, name);
        });
    }

    /**
     * Close of a prepared statement.
     *
     * @param name its name
     * @return the message
     */
    public static Close statement(String name) {
        return new Close(Target.STATEMENT, name);
    }

    /**
     * Close of a portal.
     *
     * @param name its name
     * @return the message
     */
    public static Close portal(String name) {
        return new Close(Target.PORTAL, name);
    }
}
