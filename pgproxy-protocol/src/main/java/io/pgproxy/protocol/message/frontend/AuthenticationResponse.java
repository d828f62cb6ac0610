package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.ProtocolException;

/**
 * What a client answers to an authentication request: messages of one type byte, which only the request tells apart.
 *
 * <p>See "PasswordMessage" in the chapter "Message Formats" of the PostgreSQL manual.
 */
public sealed interface AuthenticationResponse extends FrontendMessage
        permits PasswordMessage, SASLInitialResponse, SASLResponse, GSSResponse {
    /** Which of them the server has asked for. */
    enum Kind {
        /** After AuthenticationCleartextPassword and AuthenticationMD5Password. */
        PASSWORD,
        /** After AuthenticationSASL. */
        SASL_INITIAL,
        /** After AuthenticationSASLContinue. */
        SASL,
        /** After AuthenticationGSS, AuthenticationSSPI and AuthenticationGSSContinue. */
        GSS
    }

    /**
     * Reads the body.
     *
     * @param kind which message was asked for
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    static AuthenticationResponse read(Kind kind, ByteBuf body) {
        return switch (kind) {
            case PASSWORD -> PasswordMessage.read(body);
            case SASL_INITIAL -> SASLInitialResponse.read(body);
            case SASL -> SASLResponse.read(body);
            case GSS -> GSSResponse.read(body);
        };
    }

    @Override
    default FrontendTag tag() {
        return FrontendTag.PASSWORD;
    }
}
