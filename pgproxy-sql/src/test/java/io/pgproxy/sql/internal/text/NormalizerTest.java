package io.pgproxy.sql.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalizerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "SELECT  a.B ,'x'/*c*/FROM \"T\".\"u\"   | select a.b, ? from \"T\".u",
                "select 1.5e3, -2, E'a', $$b$$, N'c', b'1', U&'d!0041' uescape '!' | select ?, - ?, ?, ?, ?, ?, ?",
                "select count(*), a[1], (b), x::int, $1 | select count(*), a[?], (b), x::int, $1",
                "select * from t where a in (1, -2, 'c', $4) | select * from t where a in (?)",
                "select * from t where a in (1, b) | select * from t where a in (?, b)",
                "select * from t where a in (select 1) | select * from t where a in (select ?)",
                "insert into t values (1, 2), (3, 4), ($1, $2) | insert into t values (?, ?)",
                "insert into t values (1, 2), (3, now()), (5, 6) | insert into t values (?, ?), (?, now()), (?, ?)",
                "select u&\"d!0061t\" uescape '!', \"select\", \"a\"\"b\" | select dat, \"select\", \"a\"\"b\"",
                "select COALESCE ( a, 1 ), b::varchar(3) from (values (1)) v | select coalesce(a, ?), b::varchar(?) from (values (?)) v",
                "select true, null, a ? 'x' | select true, null, a ? ?",
            })
    void constantsFoldAndNamesAreAsTheServerSeesThem(String sql, String normalised) {
        assertThat(form(sql).text()).isEqualTo(normalised);
    }

    @Test
    void whatTheServerTellsApartStaysApart() {
        assertThat(form("select a ? b").bytes())
                .isNotEqualTo(form("select a 1 b").bytes());
        assertThat(form("select \"A\"").bytes()).isNotEqualTo(form("select a").bytes());
        assertThat(form("select \"user\"").bytes())
                .isNotEqualTo(form("select user").bytes());
        assertThat(form("select $1").bytes()).isNotEqualTo(form("select $2").bytes());
        assertThat(form("select \"a b\"").bytes())
                .isNotEqualTo(form("select a b").bytes());
    }

    @Test
    void aTableIsNoFunctionAndAListOfColumnsNoCallButReadsAsOne() {
        String text = form("insert into \"T\" (a, b) values (1, 'x'), (2, 'y') on conflict (a) do nothing")
                .text();

        assertThat(text).isEqualTo("insert into \"T\"(a, b) values (?, ?) on conflict (a) do nothing");
    }

    private static CanonicalForm form(String sql) {
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT).read(sql.getBytes(StandardCharsets.UTF_8), true, tokens);
        assertThat(tokens.problem()).isNull();
        return Normalizer.form(tokens, 0, tokens.count());
    }
}
