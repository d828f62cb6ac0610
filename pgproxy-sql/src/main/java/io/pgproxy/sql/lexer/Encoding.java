package io.pgproxy.sql.lexer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The check that the server makes on each text before it reads any of it ({@code pg_verify_mbstr}): all of it is UTF-8,
 * comments and strings too, and there is no zero. Because of it the rules that follow need not look at either.
 */
final class Encoding {
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Encoding() {}

    /** What is wrong with the text, or null. */
    static @Nullable LexicalProblem problem(byte[] text) {
        int at = 0;
        while (at < text.length) {
            if (at + Long.BYTES <= text.length && isPlain((long) EIGHT_BYTES.get(text, at))) {
                at += Long.BYTES;
                continue;
            }
            int length = Utf8.sequence(text, at);
            if (length == 0) {
                return LexicalProblem.INVALID_UTF8;
            }
            if (text[at] == 0) {
                return LexicalProblem.ZERO_BYTE;
            }
            at += length;
        }
        return null;
    }

    /** Whether no byte is zero and none is beyond ASCII: taking one away sets the high bit of the lowest zero. */
    private static boolean isPlain(long eight) {
        return ((eight | eight - ONES) & HIGH_BITS) == 0;
    }
}
