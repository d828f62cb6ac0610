package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;

/**
 * A notice; it may come at any time.
 *
 * <p>See "NoticeResponse" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param notice the fields
 */
public record NoticeResponse(PgError notice) implements BackendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static NoticeResponse read(ByteBuf body) {
        return new NoticeResponse(PgError.read(body));
    }

    @Override
    public BackendTag tag() {
        return BackendTag.NOTICE_RESPONSE;
    }

    @Override
    public void write(ByteBuf out) {
        notice.writeNotice(out);
    }
}
