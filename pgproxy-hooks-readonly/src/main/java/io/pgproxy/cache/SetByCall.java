package io.pgproxy.cache;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.lexer.Constants;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What calls of {@code set_config} set, which are SETs in other words. Told are {@code SELECT set_config('name',
 * 'value', false)} with constants and nothing else, and calls for the transaction alone, of which nothing is left.
 */
final class SetByCall {
    private static final String NAME = "set_config";
    private static final String SEARCH_PATH = "search_path";

    private final Tokens tokens = new Tokens();
    private final List<SessionEffect> effects = new ArrayList<>();

    private SetByCall(String sql) {
        new Lexer(LexerLimits.DEFAULT).read(sql.getBytes(StandardCharsets.UTF_8), true, tokens);
    }

    /** {@return whether a statement has such calls} */
    static boolean isIn(Facts facts) {
        for (FunctionName function : facts.functions()) {
            if (function.name().equals(NAME)) {
                return true;
            }
        }
        Facts inner = facts.inner();
        return inner != null && isIn(inner);
    }

    /** {@return the settings that the calls of a text make, or null if that cannot be told} */
    static @Nullable List<SessionEffect> effects(String sql) {
        SetByCall calls = new SetByCall(sql);
        return calls.tokens.problem() == null && (calls.isPlain() || calls.isForTheTransaction())
                ? calls.effects
                : null;
    }

    /** One call after another is selected, certainly and once. */
    private boolean isPlain() {
        int at = 0;
        if (!tokens.is(at++, Keyword.SELECT)) {
            return false;
        }
        while (true) {
            if ("pg_catalog".equals(Names.name(tokens, at)) && tokens.is(at + 1, TokenKind.DOT)) {
                at += 2;
            }
            if (!takes(at)) {
                return false;
            }
            at += 8;
            if (at == tokens.count()) {
                return true;
            }
            if (!tokens.is(at++, TokenKind.COMMA)) {
                return false;
            }
        }
    }

    /** {@code set_config ( 'name' , 'value' , TRUE|FALSE )}. */
    private boolean takes(int at) {
        if (at + 8 > tokens.count()
                || !NAME.equals(Names.name(tokens, at))
                || !tokens.is(at + 1, TokenKind.LEFT_PARENTHESIS)
                || !tokens.is(at + 2, TokenKind.STRING)
                || !tokens.is(at + 3, TokenKind.COMMA)
                || !tokens.is(at + 4, TokenKind.STRING)
                || !tokens.is(at + 5, TokenKind.COMMA)
                || !tokens.is(at + 7, TokenKind.RIGHT_PARENTHESIS)) {
            return false;
        }
        boolean local = tokens.is(at + 6, Keyword.TRUE);
        String name = Constants.string(tokens, at + 2);
        String value = Constants.string(tokens, at + 4);
        if (name == null || value == null || !(local || tokens.is(at + 6, Keyword.FALSE))) {
            return false;
        }
        effects.add(set(name.toLowerCase(Locale.ROOT), value, local));
        return true;
    }

    private static SessionEffect set(String name, String value, boolean local) {
        // SET has a list where the call has a text; $user stands for whoever it will be.
        List<String> values =
                name.equals(SEARCH_PATH) ? SearchPath.parse(value, "$user").schemas() : List.of(value);
        return new SessionEffect.SettingSet(
                name,
                local ? SessionEffect.Scope.LOCAL : SessionEffect.Scope.SESSION,
                SessionEffect.Becomes.VALUES,
                values);
    }

    /** Each call, wherever it stands, ends with {@code , TRUE)}. */
    private boolean isForTheTransaction() {
        effects.clear();
        for (int at = 0; at < tokens.count(); at++) {
            boolean escaped = tokens.is(at, TokenKind.UNICODE_IDENTIFIER);
            String name = tokens.is(at, TokenKind.KEYWORD) ? "" : Names.name(tokens, at);
            if (NAME.equals(name) || (name == null && escaped)) {
                if (name == null || !endsWithTrue(at + 1)) {
                    return false;
                }
                effects.add(new SessionEffect.SettingSet(
                        setting(at), SessionEffect.Scope.LOCAL, SessionEffect.Becomes.UNKNOWN, List.of()));
            }
        }
        return !effects.isEmpty();
    }

    /** Empty if it is not a constant. */
    private String setting(int call) {
        boolean constant = tokens.is(call + 2, TokenKind.STRING) && tokens.is(call + 3, TokenKind.COMMA);
        String name = constant ? Constants.string(tokens, call + 2) : null;
        return name == null ? "" : name.toLowerCase(Locale.ROOT);
    }

    private boolean endsWithTrue(int open) {
        if (!tokens.is(open, TokenKind.LEFT_PARENTHESIS)) {
            return false;
        }
        int depth = 0;
        for (int at = open; at < tokens.count(); at++) {
            if (tokens.is(at, TokenKind.LEFT_PARENTHESIS)) {
                depth++;
            } else if (tokens.is(at, TokenKind.RIGHT_PARENTHESIS) && --depth == 0) {
                return tokens.is(at - 1, Keyword.TRUE) && tokens.is(at - 2, TokenKind.COMMA);
            }
        }
        return false;
    }
}
