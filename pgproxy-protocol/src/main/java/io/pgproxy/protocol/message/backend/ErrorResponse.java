package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;

/**
 * An error; in an extended exchange all up to the next Sync is skipped after it.
 *
 * <p>See "ErrorResponse" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param error the fields
 */
public record ErrorResponse(PgError error) implements BackendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static ErrorResponse read(ByteBuf body) {
        return new ErrorResponse(PgError.read(body));
    }

    @Override
    public BackendTag tag() {
        return BackendTag.ERROR_RESPONSE;
    }

    @Override
    public void write(ByteBuf out) {
        error.writeError(out);
    }
}
