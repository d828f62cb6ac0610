package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * Answers Parse: there is a prepared statement.
 *
 * <p>See "ParseComplete" in the chapter "Message Formats" of the PostgreSQL manual.
 */
public enum ParseComplete implements BackendMessage {
    /** The only one: it has no content. */
    INSTANCE;

    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static ParseComplete read(ByteBuf body) {
        new BodyReader(body).end();
        return INSTANCE;
    }

    @Override
    public BackendTag tag() {
        return BackendTag.PARSE_COMPLETE;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.writeEmpty(out, tag().code());
    }

    @Override
    public String toString() {
        return "ParseComplete";
    }
}
