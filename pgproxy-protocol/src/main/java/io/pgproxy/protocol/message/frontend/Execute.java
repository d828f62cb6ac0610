package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * Runs a portal.
 *
 * <p>See "Execute" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param portal its name, empty for the unnamed one
 * @param maxRows at most so many rows, then PortalSuspended; 0 or less for all
 */
public record Execute(String portal, int maxRows) implements FrontendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static Execute read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        Execute message = new Execute(reader.string(), reader.int32());
        reader.end();
        return message;
    }

    @Override
    public FrontendTag tag() {
        return FrontendTag.EXECUTE;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            CString.write(body, portal);
            body.writeInt(maxRows);
        });
    }
}
