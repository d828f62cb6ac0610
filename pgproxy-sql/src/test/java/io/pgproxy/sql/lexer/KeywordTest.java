package io.pgproxy.sql.lexer;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KeywordTest {

    @Test
    void categoriesDifferBetweenVersions() {
        assertThat(Keyword.SYSTEM_USER.category(15)).isEqualTo(KeywordCategory.ABSENT);
        assertThat(Keyword.SYSTEM_USER.category(16)).isEqualTo(KeywordCategory.RESERVED);
        assertThat(Keyword.JSON.category(17)).isEqualTo(KeywordCategory.COLUMN_NAME);
        assertThat(Keyword.LEFT.category(14)).isEqualTo(KeywordCategory.TYPE_OR_FUNCTION_NAME);
        assertThat(Keyword.INSERT.category(18)).isEqualTo(KeywordCategory.UNRESERVED);
    }

    @Test
    void aWordIsReservedIfItIsInEveryVersion() {
        assertThat(Keyword.INTO.isReserved()).isTrue();
        assertThat(Keyword.ARRAY.isReserved()).isTrue();
        assertThat(Keyword.SYSTEM_USER.isReserved()).isFalse();
        assertThat(Keyword.UPDATE.isReserved()).isFalse();
    }

    @Test
    void someWordsLabelAColumnOnlyBehindAs() {
        assertThat(Keyword.FROM.isBareLabel(15)).isFalse();
        assertThat(Keyword.YEAR.isBareLabel(15)).isFalse();
        assertThat(Keyword.SELECT.isBareLabel(15)).isTrue();
        assertThat(Keyword.SYSTEM_USER.isBareLabel(15)).isTrue();
    }

    @Test
    void theServerSaysTheSame(@WithPostgres TestDatabase database) throws SQLException {
        int version = Integer.parseInt(database.query("select current_setting('server_version_num')::int / 10000")
                .get(0)
                .get(0));
        Map<String, String> theirs = new TreeMap<>();
        for (List<String> word :
                database.query("select word, catcode::text || barelabel::text from pg_get_keywords()")) {
            theirs.put(word.get(0), word.get(1));
        }

        Map<String, String> ours = new TreeMap<>();
        for (Keyword keyword : Keyword.values()) {
            String letter = switch (keyword.category(version)) {
                case UNRESERVED -> "U";
                case COLUMN_NAME -> "C";
                case TYPE_OR_FUNCTION_NAME -> "T";
                case RESERVED -> "R";
                case ABSENT -> "";
            };
            if (!letter.isEmpty()) {
                ours.put(keyword.word(), letter + keyword.isBareLabel(version));
            }
        }

        assertThat(ours).isEqualTo(theirs);
    }
}
