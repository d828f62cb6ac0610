package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * The end of the data of a COPY.
 *
 * <p>See "CopyDone" in the chapter "Message Formats" of the PostgreSQL manual.
 */
public enum CopyDone implements FrontendMessage {
    /** The only one: it has no content. */
    INSTANCE;

    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static CopyDone read(ByteBuf body) {
        new BodyReader(body).end();
        return INSTANCE;
    }

    @Override
    public FrontendTag tag() {
        return FrontendTag.COPY_DONE;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.writeEmpty(out, tag().code());
    }

    @Override
    public String toString() {
        return "CopyDone";
    }
}
