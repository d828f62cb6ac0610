package io.pgproxy.readonly;

import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict.Refused;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import org.jspecify.annotations.Nullable;

/**
 * Calls in attribute notation: {@code SELECT ('postgresql.conf'::text).pg_read_file} calls pg_read_file, and so does
 * {@code SELECT x.pg_read_file FROM unnest(…) AS x}. Nothing in the text tells them from columns but the name, so each
 * name behind a dot counts that no parenthesis follows.
 */
final class AttributeCalls {
    private static final int LAST_ASCII = 0x7f;
    private static final int SLOTS = 1024;

    private final FunctionPolicy policy;

    /** Names that passed before, by their hash: most texts name the same columns again. Races lose an entry. */
    private final @Nullable String[] harmless = new @Nullable String[SLOTS];

    AttributeCalls(FunctionPolicy policy) {
        this.policy = policy;
    }

    /** Why a text is refused for a name behind a dot, or null. */
    @Nullable
    Refusal refusal(String sql) {
        for (int dot = sql.indexOf('.'); dot >= 0; dot = sql.indexOf('.', dot + 1)) {
            if (mayCall(sql, dot + 1)) {
                return read(sql);
            }
        }
        return null;
    }

    /** Whether the text has to be read for what begins at {@code from}; it may also stand in a string or comment. */
    private boolean mayCall(String sql, int from) {
        if (from == sql.length()) {
            return false;
        }
        char first = sql.charAt(from);
        boolean quoted = first == '"';
        if (!quoted && (first == '*' || first == '.' || (first >= '0' && first <= '9'))) {
            return false;
        }
        int begin = quoted ? from + 1 : from;
        int end = begin;
        int hash = 0;
        while (end < sql.length() && isOfWord(sql.charAt(end))) {
            hash = 31 * hash + sql.charAt(end++);
        }
        char behind = end < sql.length() ? sql.charAt(end) : ' ';
        if (end == begin || behind > LAST_ASCII || behind == '&' || (quoted && behind != '"')) {
            return true;
        }
        int slot = (hash ^ hash >>> 16) & (SLOTS - 1);
        String known = harmless[slot];
        if (known != null && known.length() == end - begin && sql.startsWith(known, begin)) {
            return false;
        }
        String word = sql.substring(begin, end);
        if (isRefused(SettingRules.lowerCase(word)) || isRefused(word)) {
            return true;
        }
        harmless[slot] = word;
        return false;
    }

    private static boolean isOfWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
    }

    private boolean isRefused(String name) {
        return policy.decideAttribute(name) instanceof Refused;
    }

    private @Nullable Refusal read(String sql) {
        Tokens tokens = TextTokens.of(sql);
        if (tokens == null) {
            return Refusal.of(KindWords.NOT_UNDERSTOOD);
        }
        for (int token = 1; token < tokens.count(); token++) {
            if (tokens.is(token - 1, TokenKind.DOT)) {
                Refusal refusal = refusal(tokens, token);
                if (refusal != null) {
                    return refusal;
                }
            }
        }
        return null;
    }

    private @Nullable Refusal refusal(Tokens tokens, int token) {
        boolean called = token + 1 < tokens.count() && tokens.is(token + 1, TokenKind.LEFT_PARENTHESIS);
        if (called) {
            return null; // a function with its schema: facts have it
        }
        String name = Names.name(tokens, token);
        if (name == null) {
            return tokens.is(token, TokenKind.UNICODE_IDENTIFIER) ? Refusal.of(KindWords.NOT_UNDERSTOOD) : null;
        }
        return policy.decideAttribute(name) instanceof Refused refused
                ? new Refusal(refused.reason(), Hints.FUNCTION)
                : null;
    }
}
