package io.pgproxy.core.backend;

import io.pgproxy.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A password as it goes over the wire, without a String that nobody can clear. */
final class PasswordBytes {
    private PasswordBytes() {}

    /** In UTF-8; to be cleared by the caller. */
    static byte[] utf8(char[] password) {
        for (char c : password) {
            if (c == 0) {
                throw new ProtocolException("28000", "the proxy's password for the upstream has a zero character");
            }
        }
        byte[] room = new byte[3 * password.length]; // the most that UTF-8 takes for a char
        ByteBuffer encoded = ByteBuffer.wrap(room);
        StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(password), encoded, true);
        byte[] bytes = Arrays.copyOf(room, encoded.position());
        Arrays.fill(room, (byte) 0);
        return bytes;
    }
}
