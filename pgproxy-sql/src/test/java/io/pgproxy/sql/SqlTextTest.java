package io.pgproxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlTextTest {
    @Test
    void mentionsWordsInAnyCase() {
        SqlText text = SqlText.of("INSERT INTO t VALUES (1) Returning a");
        assertThat(text.mentions("returning")).isTrue();
        assertThat(text.mentions("returnings")).isFalse();
        assertThat(text.mentions("insert")).isTrue();
    }

    @Test
    void mentionsWordsThatAreNotOfLettersAlone() {
        SqlText text = SqlText.of("table PG_prepared_Statements");
        assertThat(text.mentions("pg_prepared_statements")).isTrue();
        assertThat(text.mentions("pg-prepared")).isFalse();
        assertThat(SqlText.of("a\u007fb").mentions("a_b")).isFalse();
    }
}
