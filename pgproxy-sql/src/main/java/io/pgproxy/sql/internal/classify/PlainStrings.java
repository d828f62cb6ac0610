package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What string constants say, where that takes no more than to look; {@link io.pgproxy.sql.lexer.Constants} reads all.
 */
final class PlainStrings {
    private PlainStrings() {}

    /**
     * The text of a string constant.
     *
     * @return null if there is a backslash in it, or it has several parts, or is of bits
     */
    static @Nullable String text(Tokens tokens, int token) {
        String source = new String(
                tokens.text(), tokens.start(token), tokens.end(token) - tokens.start(token), StandardCharsets.UTF_8);
        return switch (tokens.kind(token)) {
            case STRING -> plain(source, 1);
            case ESCAPE_STRING -> plain(source, 2);
            case UNICODE_STRING -> null;
            case DOLLAR_STRING -> {
                int tag = source.indexOf('$', 1) + 1;
                yield source.substring(tag, source.length() - tag);
            }
            default -> null;
        };
    }

    private static @Nullable String plain(String source, int prefix) {
        String text = source.substring(prefix, source.length() - 1).replace("''", "\0");
        return text.indexOf('\\') >= 0 || text.indexOf('\'') >= 0 ? null : text.replace('\0', '\'');
    }
}
