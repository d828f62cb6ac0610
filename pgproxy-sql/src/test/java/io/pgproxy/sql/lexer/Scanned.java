package io.pgproxy.sql.lexer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A text as a lexer reads it, for assertions. */
final class Scanned {
    private final Tokens tokens = new Tokens();

    private Scanned(byte[] text, boolean standardConformingStrings, int oldestVersion) {
        new Lexer(LexerLimits.DEFAULT, oldestVersion).read(text, standardConformingStrings, tokens);
    }

    static Scanned of(String sql) {
        return of(sql.getBytes(StandardCharsets.UTF_8));
    }

    static Scanned of(byte[] text) {
        return new Scanned(text, true, 16);
    }

    /** For servers of this version and later. */
    static Scanned from(int version, String sql) {
        return new Scanned(sql.getBytes(StandardCharsets.UTF_8), true, version);
    }

    static Scanned withBackslashes(String sql) {
        return new Scanned(sql.getBytes(StandardCharsets.UTF_8), false, 16);
    }

    /** The text is one token of this kind. */
    static void assertOne(String sql, TokenKind kind) {
        assertKinds(sql, kind);
        assertWords(sql, sql);
    }

    static void assertKinds(String sql, TokenKind... kinds) {
        assertThat(of(sql).kinds()).as(sql).containsExactly(kinds);
    }

    static void assertWords(String sql, String... words) {
        assertThat(of(sql).problem()).as(sql).isNull();
        assertThat(of(sql).words()).as(sql).containsExactly(words);
    }

    static void assertProblem(String sql, LexicalProblem problem) {
        assertThat(of(sql).problem()).as(sql).isEqualTo(problem);
    }

    Tokens tokens() {
        return tokens;
    }

    @Nullable
    LexicalProblem problem() {
        return tokens.problem();
    }

    List<TokenKind> kinds() {
        List<TokenKind> kinds = new ArrayList<>();
        for (int i = 0; i < tokens.count(); i++) {
            kinds.add(tokens.kind(i));
        }
        return kinds;
    }

    List<String> words() {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < tokens.count(); i++) {
            words.add(text(tokens.start(i), tokens.end(i)));
        }
        return words;
    }

    String text(int from, int to) {
        return new String(tokens.text(), from, to - from, StandardCharsets.UTF_8);
    }
}
