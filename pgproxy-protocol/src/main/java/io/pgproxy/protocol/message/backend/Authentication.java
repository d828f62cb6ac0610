package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.ProtocolException;

/**
 * What a server asks for before it lets a client in, or that it does: messages of one type byte, told apart by a code.
 *
 * <p>See "Start-up" in the chapter "Frontend/Backend Protocol" of the PostgreSQL manual.
 */
public sealed interface Authentication extends BackendMessage
        permits AuthenticationOk,
                AuthenticationKerberosV5,
                AuthenticationCleartextPassword,
                AuthenticationMD5Password,
                AuthenticationGSS,
                AuthenticationGSSContinue,
                AuthenticationSSPI,
                AuthenticationSASL,
                AuthenticationSASLContinue,
                AuthenticationSASLFinal {
    /**
     * Reads the body of any of them.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed or its code unknown
     */
    static Authentication read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        Authentication message = switch (reader.int32()) {
            case AuthenticationOk.CODE -> AuthenticationOk.INSTANCE;
            case AuthenticationKerberosV5.CODE -> AuthenticationKerberosV5.INSTANCE;
            case AuthenticationCleartextPassword.CODE -> AuthenticationCleartextPassword.INSTANCE;
            case AuthenticationMD5Password.CODE -> AuthenticationMD5Password.read(reader);
            case AuthenticationGSS.CODE -> AuthenticationGSS.INSTANCE;
            case AuthenticationGSSContinue.CODE -> AuthenticationGSSContinue.read(reader);
            case AuthenticationSSPI.CODE -> AuthenticationSSPI.INSTANCE;
            case AuthenticationSASL.CODE -> AuthenticationSASL.read(reader);
            case AuthenticationSASLContinue.CODE -> AuthenticationSASLContinue.read(reader);
            case AuthenticationSASLFinal.CODE -> AuthenticationSASLFinal.read(reader);
            default -> throw new ProtocolException("unknown authentication request");
        };
        reader.end();
        return message;
    }

    @Override
    default BackendTag tag() {
        return BackendTag.AUTHENTICATION;
    }
}
