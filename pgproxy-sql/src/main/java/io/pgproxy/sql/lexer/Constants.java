package io.pgproxy.sql.lexer;

import io.pgproxy.sql.lexer.Literals.Quoting;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The values that string constants stand for. Not to be logged: whatever a client keeps secret may be among them. */
public final class Constants {
    private Constants() {}

    /**
     * The value of a string constant, all its parts joined.
     *
     * @param tokens the tokens of a text
     * @param token {@code '…'}, {@code E'…'}, {@code U&'…'} with what {@code UESCAPE} behind it says, or {@code $$…$$}
     * @return null if the token is none of these, if the server would refuse it, or if its value depends on the
     *     server's version ({@code E'\v'})
     */
    public static @Nullable String string(Tokens tokens, int token) {
        byte[] text = tokens.text();
        int start = tokens.start(token);
        int end = tokens.end(token);
        return switch (tokens.kind(token)) {
            case STRING ->
                tokens.plainBackslash() ? utf8(parts(text, start + 1, end)) : EscapeString.value(text, start + 1, end);
            case ESCAPE_STRING -> EscapeString.value(text, start + 2, end);
            case UNICODE_STRING -> UnicodeEscapes.resolve(utf8(parts(text, start + 3, end)), tokens, token);
            case DOLLAR_STRING -> {
                int tagEnd = Literals.dollarTagEnd(text, start, end);
                yield new String(text, tagEnd, end - tagEnd - (tagEnd - start), StandardCharsets.UTF_8);
            }
            default -> null;
        };
    }

    private static byte[] parts(byte[] text, int from, int end) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream(end - from);
        int start = from;
        while (true) {
            int quoteEnd = Literals.quoteEnd(text, start, end, Quoting.DOUBLED);
            joined.writeBytes(Doubled.once(text, start, quoteEnd - 1, '\''));
            if (quoteEnd == end) {
                return joined.toByteArray();
            }
            start = Literals.continuation(text, quoteEnd, end);
        }
    }

    private static String utf8(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }
}
