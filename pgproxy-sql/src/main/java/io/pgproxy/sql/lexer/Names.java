package io.pgproxy.sql.lexer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The names that tokens stand for: folded to lower case unless quoted, quotes and Unicode escapes resolved, cut to 63
 * bytes as the server cuts them (NAMEDATALEN, {@code truncate_identifier}).
 */
public final class Names {
    /** The longest name in bytes of UTF-8. */
    public static final int MAX_BYTES = 63;

    private Names() {}

    /**
     * The name that a token stands for.
     *
     * @param tokens the tokens of a text
     * @param token an identifier of any form, or a keyword that stands where a name may
     * @return null if the server would refuse it, or if it is {@code U&"…"} with an escape character that is no plain
     *     one-character string: a name that is not known
     */
    public static @Nullable String name(Tokens tokens, int token) {
        byte[] text = tokens.text();
        int start = tokens.start(token);
        int end = tokens.end(token);
        return switch (tokens.kind(token)) {
            case IDENTIFIER -> folded(text, start, end);
            case KEYWORD -> {
                Keyword keyword = tokens.keyword(token);
                yield keyword == null ? null : keyword.word();
            }
            case QUOTED_IDENTIFIER -> cut(unquoted(text, start + 1, end - 1, '"'));
            case UNICODE_IDENTIFIER -> unicode(tokens, token);
            default -> null;
        };
    }

    /** Only the letters of ASCII are folded: {@code downcase_identifier} leaves other characters of UTF-8 alone. */
    private static String folded(byte[] text, int start, int end) {
        byte[] folded = new byte[end - start];
        for (int i = 0; i < folded.length; i++) {
            byte c = text[start + i];
            folded[i] = c >= 'A' && c <= 'Z' ? (byte) (c + 0x20) : c;
        }
        return cut(folded);
    }

    private static byte[] unquoted(byte[] text, int start, int end, char quote) {
        byte[] out = new byte[end - start];
        int length = 0;
        for (int at = start; at < end; at++) {
            out[length++] = text[at];
            if (text[at] == quote) {
                at++;
            }
        }
        return Arrays.copyOf(out, length);
    }

    /** At most 63 bytes, and never half a character. */
    private static String cut(byte[] name) {
        int length = name.length;
        if (length > MAX_BYTES) {
            length = 0;
            while (length < name.length) {
                int next = Math.max(1, Utf8.sequence(name, length));
                if (length + next > MAX_BYTES) {
                    break;
                }
                length += next;
            }
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    private static @Nullable String unicode(Tokens tokens, int token) {
        byte[] text = tokens.text();
        int escape = '\\';
        if (tokens.is(token + 1, Keyword.UESCAPE)) {
            escape = escapeCharacter(tokens, token + 2);
        }
        if (escape < 0) {
            return null;
        }
        byte[] body = unquoted(text, tokens.start(token) + 3, tokens.end(token) - 1, '"');
        String resolved = UnicodeEscapes.resolve(new String(body, StandardCharsets.UTF_8), (char) escape);
        return resolved == null ? null : cut(resolved.getBytes(StandardCharsets.UTF_8));
    }

    /** What {@code check_uescapechar} allows, written in the plainest way; -1 for all else. */
    private static int escapeCharacter(Tokens tokens, int token) {
        if (!tokens.is(token, TokenKind.STRING) || tokens.end(token) - tokens.start(token) != 3) {
            return -1;
        }
        byte c = tokens.text()[tokens.start(token) + 1];
        boolean allowed =
                c > 0 && c != '+' && c != '\'' && c != '"' && !CharClass.is(c, CharClass.HEX | CharClass.SPACE);
        return allowed ? c : -1;
    }
}
