package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The facts of a text that is one statement. */
final class Classified {
    private Classified() {}

    static Facts facts(String sql) {
        return facts(sql, true);
    }

    static Facts facts(String sql, boolean standardConformingStrings) {
        return facts(new Classifier(), sql, standardConformingStrings);
    }

    static Facts facts(Classifier classifier, String sql) {
        return facts(classifier, sql, true);
    }

    private static Facts facts(Classifier classifier, String sql, boolean standardConformingStrings) {
        Tokens tokens = tokens(sql, standardConformingStrings);
        return classifier.classify(tokens, 0, tokens.count());
    }

    static Tokens tokens(String sql) {
        return tokens(sql, true);
    }

    private static Tokens tokens(String sql, boolean standardConformingStrings) {
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT).read(sql.getBytes(StandardCharsets.UTF_8), standardConformingStrings, tokens);
        return tokens;
    }

    /** The called names as {@code schema.name}, those of the grammar in capitals. */
    static List<String> functions(String sql) {
        return facts(sql).functions().stream().map(Classified::text).toList();
    }

    private static String text(FunctionName function) {
        String name = function.keyword() ? function.name().toUpperCase(Locale.ROOT) : function.name();
        return function.schema() == null ? name : function.schema() + '.' + name;
    }
}
