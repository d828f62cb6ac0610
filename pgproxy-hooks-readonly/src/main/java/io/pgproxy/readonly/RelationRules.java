package io.pgproxy.readonly;

import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Relations that may not be read. Some views of pg_catalog show files of the server: the functions that read them are
 * refused by name, and the views would be a way around that.
 *
 * <p>Any token that is such a name counts, whatever it stands for in its place: an alias too many is refused, and no
 * relation too few.
 */
final class RelationRules {
    /** pg_hba.conf, postgresql.conf with its includes, pg_ident.conf. */
    static final Set<String> FILES = Set.of("pg_hba_file_rules", "pg_file_settings", "pg_ident_file_mappings");

    private final Set<String> refused;
    private final Function<String, Refusal> reason;
    private final String begin;

    /** With names as the catalogue has them. */
    RelationRules(Set<String> refused) {
        this(refused, name -> new Refusal("the relation " + name + " is not to be read", Hints.RELATION));
    }

    RelationRules(Set<String> refused, Function<String, Refusal> reason) {
        this.refused = Set.copyOf(refused);
        this.reason = reason;
        this.begin = commonBegin(new TreeSet<>(refused));
    }

    /** Why a text is refused for a name in it, or null. */
    @Nullable
    Refusal refusal(String sql) {
        if (refused.isEmpty() || !mayName(sql)) {
            return null;
        }
        Tokens tokens = TextTokens.of(sql);
        if (tokens == null) {
            return Refusal.of(KindWords.NOT_UNDERSTOOD);
        }
        for (int token = 0; token < tokens.count(); token++) {
            String name = Names.name(tokens, token);
            if (name == null && tokens.is(token, TokenKind.UNICODE_IDENTIFIER)) {
                return Refusal.of(KindWords.NOT_UNDERSTOOD);
            }
            if (name != null && refused.contains(name)) {
                return reason.apply(name);
            }
        }
        return null;
    }

    /**
     * Whether a text has to be read: a name stands in it letter by letter, but for the case and for doubled quotes,
     * unless it is written {@code U&"…"}.
     */
    private boolean mayName(String sql) {
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if ((c == 'U' || c == 'u') && sql.startsWith("&\"", i + 1)) {
                return true;
            }
            if (sql.regionMatches(true, i, begin, 0, begin.length())) {
                return true;
            }
        }
        return false;
    }

    private static String commonBegin(SortedSet<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        String first = names.first();
        String last = names.last();
        int length = 0;
        while (length < Math.min(first.length(), last.length()) && first.charAt(length) == last.charAt(length)) {
            length++;
        }
        int quote = first.indexOf('"');
        return first.substring(0, quote >= 0 && quote < length ? quote : length);
    }
}
