package io.pgproxy.sql.lexer;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The names that tokens stand for: folded to lower case unless quoted, quotes and Unicode escapes resolved, cut to 63
 * bytes as the server cuts them (NAMEDATALEN, {@code truncate_identifier}). In a database whose encoding is not UTF-8
 * names beyond ASCII may be folded further and cut elsewhere.
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
     * @return null if the token is no name, or if it is {@code U&"…"} with an escape that the server refuses, or with
     *     an escape character behind {@code UESCAPE} that it refuses or that depends on its version: a name not known
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
            case QUOTED_IDENTIFIER -> cut(Doubled.once(text, start + 1, end - 1, '"'));
            case UNICODE_IDENTIFIER -> unicode(tokens, token);
            default -> null;
        };
    }

    /**
     * Writes a name so that the server reads just this name, whatever is in it.
     *
     * @param name a folded name
     * @return the name in quotes, its own quotes doubled
     */
    public static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
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
        byte[] body = Doubled.once(tokens.text(), tokens.start(token) + 3, tokens.end(token) - 1, '"');
        String name = UnicodeEscapes.resolve(new String(body, StandardCharsets.UTF_8), tokens, token);
        return name == null ? null : cut(name.getBytes(StandardCharsets.UTF_8));
    }
}
