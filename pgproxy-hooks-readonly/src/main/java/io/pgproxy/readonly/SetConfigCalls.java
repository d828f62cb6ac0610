package io.pgproxy.readonly;

import io.pgproxy.sql.lexer.Constants;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls of {@code set_config} in a text. Tools send {@code SELECT pg_catalog.set_config('search_path', '', false)}
 * and {@code SELECT set_config('bytea_output', 'hex', false) FROM …}; such a call is a SET in other words and may do
 * what SET may. Each token that is this name has to begin a call with exactly two string constants and TRUE or FALSE: a
 * parameter, an expression, a cast could be anything when it runs.
 */
final class SetConfigCalls {
    static final String NAME = "set_config";

    private static final Refusal NOT_PLAIN = new Refusal(
            NAME + " changes settings",
            "It may pass as " + NAME
                    + "('name', 'value', false), with constants and for a setting that SET may change.");

    private final SettingRules settings;

    SetConfigCalls(SettingRules settings) {
        this.settings = settings;
    }

    /** Why a text that is known to call it is refused, or null. */
    @Nullable
    Refusal refusal(String sql) {
        Tokens tokens = TextTokens.of(sql);
        if (tokens == null) {
            return NOT_PLAIN;
        }
        int calls = 0;
        for (int token = 0; token < tokens.count(); token++) {
            boolean escaped = tokens.is(token, TokenKind.UNICODE_IDENTIFIER);
            String name = tokens.is(token, TokenKind.KEYWORD) ? "" : Names.name(tokens, token);
            if (NAME.equals(name) || (name == null && escaped)) {
                Refusal refusal = name == null || !isPlain(tokens, token) ? NOT_PLAIN : call(tokens, token);
                if (refusal != null) {
                    return refusal;
                }
                calls++;
            }
        }
        // Somebody says that it is called, but not here: in what EXECUTE names, or by a rule of the host's.
        return calls == 0 ? NOT_PLAIN : null;
    }

    /** {@code set_config ( 'name' , 'value' , TRUE|FALSE )}. */
    private static boolean isPlain(Tokens tokens, int name) {
        return tokens.is(name + 1, TokenKind.LEFT_PARENTHESIS)
                && isConstant(tokens, name + 2)
                && tokens.is(name + 3, TokenKind.COMMA)
                && isConstant(tokens, name + 4)
                && tokens.is(name + 5, TokenKind.COMMA)
                && (tokens.is(name + 6, Keyword.TRUE) || tokens.is(name + 6, Keyword.FALSE))
                && tokens.is(name + 7, TokenKind.RIGHT_PARENTHESIS);
    }

    private static boolean isConstant(Tokens tokens, int token) {
        return switch (tokens.kind(token)) {
            case STRING, ESCAPE_STRING, DOLLAR_STRING -> true;
            default -> false;
        };
    }

    private @Nullable Refusal call(Tokens tokens, int name) {
        String setting = Constants.string(tokens, name + 2);
        String value = Constants.string(tokens, name + 4);
        return setting == null || value == null
                ? NOT_PLAIN
                : settings.becomes(SettingRules.lowerCase(setting), List.of(value));
    }
}
