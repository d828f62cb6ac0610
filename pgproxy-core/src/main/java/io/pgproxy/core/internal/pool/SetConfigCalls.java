package io.pgproxy.core.internal.pool;

import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which settings a statement changes by {@code set_config}, beyond its transaction.
 *
 * @param settings those whose names are plain constants, in lower case
 * @param parameters parameters that are their names
 * @param isComplete whether there is no other call
 * @param changesReading whether one that ends with the transaction may be of those by which texts are read
 */
record SetConfigCalls(Set<String> settings, Set<Integer> parameters, boolean isComplete, boolean changesReading) {
    private static final Set<String> TRUE = Set.of("t", "true", "on", "yes", "y", "1");

    private static final Set<String> TEXTS = Set.of("text", "varchar");

    /** {@code standardStrings} tells how the text was read. */
    static SetConfigCalls of(AnalyzedStatement statement, boolean standardStrings) {
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT).read(statement.sql().getBytes(StandardCharsets.UTF_8), standardStrings, tokens);
        Set<String> settings = new HashSet<>();
        Set<Integer> parameters = new HashSet<>();
        boolean complete = true;
        boolean reading = false;
        int found = 0;
        for (int i = 0; i < tokens.count(); i++) {
            if ("set_config".equals(Names.name(tokens, i)) && tokens.is(i + 1, TokenKind.LEFT_PARENTHESIS)) {
                found++;
                int argument = soleConstant(tokens, i + 2);
                String name = argument < 0 ? null : string(tokens, argument);
                if (isLocal(tokens, i + 2)) {
                    reading |= name == null || SettingsSql.OF_READING.contains(name.toLowerCase(Locale.ROOT));
                    continue;
                }
                int parameter = argument < 0 ? 0 : parameter(tokens, argument);
                if (parameter > 0) {
                    parameters.add(parameter);
                } else if (name != null) {
                    settings.add(name.toLowerCase(Locale.ROOT));
                } else {
                    complete = false;
                }
            }
        }
        boolean all = complete && found > 0 && tokens.problem() == null; // who calls it has found one
        return new SetConfigCalls(Set.copyOf(settings), Set.copyOf(parameters), all, reading);
    }

    /** The only token of an argument that counts, if there are but parentheses and a cast to a text beside it. */
    private static int soleConstant(Tokens tokens, int from) {
        int token = from;
        int open = 0;
        while (tokens.is(token, TokenKind.LEFT_PARENTHESIS)) {
            token++;
            open++;
        }
        int found = token++;
        while (token < tokens.count()) {
            if (tokens.is(token, TokenKind.RIGHT_PARENTHESIS) && open > 0) {
                open--;
                token++;
            } else if (tokens.is(token, TokenKind.TYPECAST) && TEXTS.contains(type(tokens, token + 1))) {
                token += 2;
            } else {
                break;
            }
        }
        return open == 0 && tokens.is(token, TokenKind.COMMA) ? found : -1;
    }

    private static String type(Tokens tokens, int token) {
        String name = Names.name(tokens, token);
        return name == null ? "" : name;
    }

    /** Whether the third argument says plainly that the setting ends with the transaction. */
    private static boolean isLocal(Tokens tokens, int from) {
        int depth = 0;
        int commas = 0;
        for (int i = from; i < tokens.count(); i++) {
            if (tokens.is(i, TokenKind.LEFT_PARENTHESIS) || tokens.is(i, TokenKind.LEFT_BRACKET)) {
                depth++;
            } else if (tokens.is(i, TokenKind.RIGHT_PARENTHESIS) || tokens.is(i, TokenKind.RIGHT_BRACKET)) {
                if (depth-- == 0) {
                    return false;
                }
            } else if (depth == 0 && tokens.is(i, TokenKind.COMMA) && ++commas == 2) {
                String word = string(tokens, i + 1);
                boolean yes = tokens.is(i + 1, Keyword.TRUE)
                        || (word != null && TRUE.contains(word.toLowerCase(Locale.ROOT)));
                return yes && tokens.is(i + 2, TokenKind.RIGHT_PARENTHESIS);
            }
        }
        return false;
    }

    /** The number of a parameter, or 0. */
    private static int parameter(Tokens tokens, int token) {
        int length = tokens.end(token) - tokens.start(token);
        if (!tokens.is(token, TokenKind.PARAMETER) || length > 6) {
            return 0;
        }
        return Integer.parseInt(
                new String(tokens.text(), tokens.start(token) + 1, length - 1, StandardCharsets.US_ASCII));
    }

    /** A constant {@code '…'} in which nothing stands for something else, or null. */
    private static @Nullable String string(Tokens tokens, int token) {
        if (!tokens.is(token, TokenKind.STRING)) {
            return null;
        }
        int start = tokens.start(token) + 1;
        int end = tokens.end(token) - 1;
        for (int i = start; i < end; i++) {
            byte b = tokens.text()[i];
            if (b == '\'' || b == '\\' || b < ' ') {
                return null;
            }
        }
        return start > end ? null : new String(tokens.text(), start, end - start, StandardCharsets.UTF_8);
    }
}
