package io.pgproxy.sql.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitterTest {
    @Test
    void semicolonsSeparateAndEmptyStatementsAreNone() {
        assertThat(split("select 1;;select 2; ; ")).containsExactly("select 1", "select 2");
        assertThat(split("")).isEmpty();
        assertThat(split("; /* nothing */ ;")).isEmpty();
    }

    @Test
    void whatIsQuotedOrCommentedSeparatesNothing() {
        assertThat(split("select ';', $$;$$, \";\" /* ; */ -- ;\n, E'\\';'; select 2"))
                .containsExactly("select ';', $$;$$, \";\" /* ; */ -- ;\n, E'\\';'", "select 2");
    }

    @Test
    void theActionsOfARuleStayTogether() {
        assertThat(split("create or replace rule r as on insert to t do also (select 1; delete from u); select 2"))
                .containsExactly(
                        "create or replace rule r as on insert to t do also (select 1; delete from u)", "select 2");
    }

    @Test
    void theBodyOfARoutineStaysTogether() {
        String function = "create function f(begin atomic) returns int begin atomic"
                + " select case when true then 1 else 2 end; select 1 end; select 2 as end; end";
        assertThat(split(function + "; select 3")).containsExactly(function, "select 3");
        assertThat(split("create procedure p() begin atomic end; select 1"))
                .containsExactly("create procedure p() begin atomic end", "select 1");
        assertThat(split("create or replace function f() begin atomic create function g() begin atomic ; end; end;end"))
                .containsExactly(
                        "create or replace function f() begin atomic create function g() begin atomic ; end; end",
                        "end");
    }

    @Test
    void beginAtomicMeansNothingElsewhere() {
        assertThat(split("begin atomic; delete from t; end")).containsExactly("begin atomic", "delete from t", "end");
        assertThat(split("select begin atomic from t; drop table t; end"))
                .containsExactly("select begin atomic from t", "drop table t", "end");
        assertThat(split("create function f() returns int begin atomic select begin atomic; end; drop table t"))
                .containsExactly(
                        "create function f() returns int begin atomic select begin atomic; end", "drop table t");
    }

    @Test
    void aSemicolonInOtherParenthesesBreaksTheStatement() {
        Splitter splitter = splitter("select (1; drop table t); select 2");

        assertThat(splitter.next()).isTrue();
        assertThat(splitter.isBroken()).isTrue();
        assertThat(splitter.next()).isTrue();
        assertThat(splitter.isBroken()).isFalse();
        assertThat(splitter.next()).isFalse();
        assertThat(split("select 1); drop table t")).containsExactly("select 1)", "drop table t");
    }

    private static Splitter splitter(String sql) {
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT).read(sql.getBytes(StandardCharsets.UTF_8), true, tokens);
        assertThat(tokens.problem()).isNull();
        Splitter splitter = new Splitter();
        splitter.begin(tokens);
        return splitter;
    }

    private static List<String> split(String sql) {
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT).read(sql.getBytes(StandardCharsets.UTF_8), true, tokens);
        Splitter splitter = new Splitter();
        splitter.begin(tokens);
        List<String> statements = new ArrayList<>();
        while (splitter.next()) {
            int start = tokens.start(splitter.start());
            int end = tokens.end(splitter.end() - 1);
            statements.add(new String(tokens.text(), start, end - start, StandardCharsets.UTF_8));
        }
        return statements;
    }
}
