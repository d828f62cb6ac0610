package io.pgproxy.auth;

import com.ongres.saslprep.SASLprep;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a password as SCRAM hashes them: normalised by SASLprep (RFC 4013) where that is possible, else as they
 * are. See {@code pg_be_scram_build_secret} in the server's auth-scram.c.
 */
final class PreparedPassword {
    private PreparedPassword() {}

    static byte[] of(char[] password) {
        char[] prepared = prepare(password);
        byte[] bytes = encode(prepared);
        Arrays.fill(prepared, '\0');
        return bytes;
    }

    static byte[] of(byte[] password) {
        CharBuffer text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(password));
        } catch (CharacterCodingException e) {
            return password.clone();
        }
        char[] chars = new char[text.remaining()];
        text.get(chars);
        Arrays.fill(text.array(), '\0');
        byte[] bytes = of(chars);
        Arrays.fill(chars, '\0');
        return bytes;
    }

    /** In UTF-8; a copy that its caller may clear. */
    static byte[] encode(char[] text) {
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE);
        ByteBuffer encoded = ByteBuffer.allocate((int) (text.length * (double) encoder.maxBytesPerChar()) + 1);
        encoder.encode(CharBuffer.wrap(text), encoded, true);
        byte[] bytes = new byte[encoded.position()];
        encoded.flip().get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }

    private static char[] prepare(char[] password) {
        try {
            char[] prepared = new SASLprep().prepareStored(password.clone());
            return prepared.length == 0 ? password.clone() : prepared;
        } catch (IllegalArgumentException | IndexOutOfBoundsException prohibited) {
            // The second for what maps to nothing at all.
            return password.clone();
        }
    }
}
