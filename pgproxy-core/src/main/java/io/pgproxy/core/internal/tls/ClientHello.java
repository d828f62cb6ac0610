package io.pgproxy.core.internal.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * A look at the first bytes of a client that begins with the handshake: whether they can still become a ClientHello
 * (RFC 8446, section 4.1.2) that asks for PostgreSQL by ALPN (RFC 7301). What cannot is turned away before anything is
 * computed for it. Reads what has come so far, and says nothing of what has not.
 */
final class ClientHello {
    private static final int HANDSHAKE = 0x16;
    private static final int CLIENT_HELLO = 1;
    private static final int FIXED = 34;
    private static final int ALPN = 16;
    private static final byte[] WANTED = ListenerTls.PROTOCOL.getBytes(StandardCharsets.US_ASCII);

    private final ByteBuf bytes;
    private final int end;
    private int at;

    private ClientHello(ByteBuf bytes) {
        this.bytes = bytes;
        this.at = bytes.readerIndex();
        this.end = bytes.writerIndex();
    }

    /** {@return false if it certainly is none that is wanted} */
    static boolean mayBe(ByteBuf bytes) {
        try {
            return new ClientHello(bytes).check();
        } catch (IncompleteException more) {
            return true;
        }
    }

    private boolean check() throws IncompleteException {
        if (number(1) != HANDSHAKE || number(1) != 3) {
            return false;
        }
        number(1);
        int record = number(2);
        if (number(1) != CLIENT_HELLO) {
            return false;
        }
        int body = number(3);
        if (body + 4 > record) {
            return true; // in several records: the handshake will see
        }
        int over = at + body;
        skip(FIXED, over);
        skip(number(1), over); // session
        skip(number(2), over); // ciphers
        skip(number(1), over); // compressions
        int extensions = number(2);
        return at + extensions == over && asksForUs(over);
    }

    private boolean asksForUs(int over) throws IncompleteException {
        while (at < over) {
            int kind = number(2);
            int length = number(2);
            int next = at + length;
            if (next > over) {
                return false;
            }
            if (kind == ALPN) {
                return names(next);
            }
            skip(length, over);
        }
        return false;
    }

    private boolean names(int over) throws IncompleteException {
        number(2);
        while (at < over) {
            int length = number(1);
            need(length);
            if (length == WANTED.length && isWanted()) {
                return true;
            }
            at += length;
        }
        return false;
    }

    private boolean isWanted() {
        for (int i = 0; i < WANTED.length; i++) {
            if (bytes.getByte(at + i) != WANTED[i]) {
                return false;
            }
        }
        return true;
    }

    private void skip(int length, int over) throws IncompleteException {
        if (at + length <= over) {
            need(length);
        }
        at += length; // what stands beyond its end shows in the lengths
    }

    private int number(int size) throws IncompleteException {
        need(size);
        int value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | bytes.getUnsignedByte(at++);
        }
        return value;
    }

    private void need(int size) throws IncompleteException {
        if (end - at < size) {
            throw new IncompleteException();
        }
    }

    private static final class IncompleteException extends Exception {
        private static final long serialVersionUID = 1;

        IncompleteException() {
            super(null, null, false, false);
        }
    }
}
