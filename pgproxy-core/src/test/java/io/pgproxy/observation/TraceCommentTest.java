package io.pgproxy.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalyzer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceCommentTest {
    private static final SqlAnalyzer ANALYZER = SqlAnalyzer.builder().build();
    private static final String PARENT = "00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01";
    private static final String OTHER = "00-11111111111111111111111111111111-2222222222222222-00";
    private static final Map<String, String> FOUND = Map.of("traceparent", PARENT);

    @Test
    void theExampleOfTheSpecificationIsRead() {
        String comment = "/*action='%2Fparam*d',controller='index,'framework='spring',traceparent='" + PARENT
                + "',tracestate='congo%3Dt61rcWkgMzE%2Crojo%3D00f067aa0ba902b7'*/";

        assertThat(headers("SELECT * from FOO " + comment.replace("'index,'", "'index',")))
                .isEqualTo(Map.of("traceparent", PARENT, "tracestate", "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"));
        assertThat(headers("SELECT * from FOO " + comment)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 /*traceparent='@'*/",
                "SELECT 1 /*traceparent='@'*/;",
                "SELECT 1; /*traceparent='@'*/",
                "/*traceparent='@'*/ SELECT 1",
                "-- traceparent='@'\nSELECT 1",
                "SELECT 1 -- traceparent='@'",
                "SELECT 1 /* a note */ /*traceparent='@'*/ /* the end */",
                "SELECT 1 /*  traceparent = '@' , a = '' */",
                "SELECT 1 /*a='it\\'s',traceparent='@'*/",
                "SELECT 1 /*a='traceparent',traceparent='@'*/",
                "SELECT 1 /*traceparent='00%2D5bd66ef5095369c7b0d1f8f4bd33716a%2Dc532cb4098ac3dd2%2D01'*/",
                "SELECT 'traceparent' /*traceparent='@'*/",
                "PREPARE p AS SELECT 1 /*traceparent='@'*/"
            })
    void aCommentIsFoundInFrontAndBehind(String sql) {
        assertThat(headers(sql.replace("@", PARENT))).isEqualTo(FOUND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT '/*traceparent=''@''*/'",
                "SELECT $$ /*traceparent='@'*/ $$",
                "SELECT 1 AS \"/*traceparent='@'*/\"",
                "SELECT /*traceparent='@'*/ 1",
                "SELECT 1 /* /*traceparent='@'*/ */",
                "SELECT 1 /*traceparent='@',*/",
                "SELECT 1 /*,traceparent='@'*/",
                "SELECT 1 /*traceparent=@*/",
                "SELECT 1 /*traceparent='@*/",
                "SELECT 1 /*traceparent=''*/",
                "SELECT 1 /*traceparent=*/",
                "SELECT 1 /*traceparent*/",
                "SELECT 1 /*traceparent='@\\*/",
                "SELECT 1 /*traceparent='@\\'*/",
                "SELECT 1 /*traceparent='@' or so*/",
                "SELECT 1 /*traceparent='@',traceparent='@'*/",
                "SELECT 1 /*xtraceparent='@'*/",
                "SELECT 1 /*traceparent='@%'*/",
                "SELECT 1 /*traceparent='%zz@'*/",
                "SELECT 1 /*a=b,traceparent='@'*/",
                "SELECT 1 /*traceparent='@' /*traceparent='@'*/"
            })
    void whatIsNoCommentOrMalformedTellsNothing(String sql) {
        assertThat(headers(sql.replace("@", PARENT))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-00000000000000000000000000000000-c532cb4098ac3dd2-01",
                "00-5bd66ef5095369c7b0d1f8f4bd33716a-0000000000000000-01",
                "ff-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01",
                "00-5BD66EF5095369C7B0D1F8F4BD33716A-c532cb4098ac3dd2-01",
                "00-5bd66ef5095369c7b0d1f8f4bd33716-c532cb4098ac3dd2-01",
                "00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-1",
                "00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01-",
                "00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01-more",
                "01-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01more",
                "00_5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01",
                "00-5bd66ef5095369c7b0d1f8f4bd33716a_c532cb4098ac3dd2-01",
                "00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2_01",
                "00-5bd66ef5095369c7b0d1f8f4bd33716g-c532cb4098ac3dd2-01",
                "00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-0g",
                "0g-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01",
                " 00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01"
            })
    void aMalformedParentIsNone(String parent) {
        assertThat(headers("SELECT 1 /*traceparent='" + parent + "'*/")).isEmpty();
    }

    @Test
    void aParentOfALaterVersionBecomesOneOfThisVersion() {
        String later = "cc" + PARENT.substring(2, 53) + "ff";

        assertThat(headers("SELECT 1 /*traceparent='" + later + "-what-comes'*/"))
                .isEqualTo(FOUND);
        assertThat(headers("SELECT 1 /*traceparent='" + later.replace("-ff", "-fe") + "'*/"))
                .isEqualTo(Map.of("traceparent", PARENT.substring(0, 53) + "00"));
        assertThat(headers("SELECT 1 /*traceparent='" + later + "-" + "x".repeat(300) + "'*/"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "=b",
                "a=",
                "A=b",
                "a=b=c",
                "a=b%0D%0ASet-Cookie:x",
                "a=%C3%A4",
                "a=%00",
                "a=b%0B",
                "a=b,,c=d"
            })
    void aMalformedStateIsLeftOut(String state) {
        assertThat(headers("SELECT 1 /*traceparent='" + PARENT + "',tracestate='" + state + "'*/"))
                .isEqualTo(FOUND);
    }

    @Test
    void aStateHasItsLimits() {
        assertThat(TraceState.isValid("a=" + "b".repeat(256))).isTrue();
        assertThat(TraceState.isValid("a=" + "b".repeat(257))).isFalse();
        assertThat(TraceState.isValid("a".repeat(256) + "=" + "b".repeat(255))).isTrue();
        assertThat(TraceState.isValid("a".repeat(257) + "=b")).isFalse();
        assertThat(TraceState.isValid("a=b,".repeat(31) + "a=b")).isTrue();
        assertThat(TraceState.isValid("a=b,".repeat(32) + "a=b")).isFalse();
        assertThat(TraceState.isValid("a=" + "b".repeat(250) + ",a=" + "b".repeat(250) + ",aa=bbb"))
                .isTrue();
        assertThat(TraceState.isValid("a=" + "b".repeat(250) + ",a=" + "b".repeat(250) + ",aa=bbbb"))
                .isFalse();
        assertThat(TraceState.isValid("t1@v_-*/=a b , x=y")).isTrue();
    }

    @Test
    void whoWroteLastIsBelieved() {
        String first = "/*traceparent='" + OTHER + "'*/";
        String last = "/*traceparent='" + PARENT + "'*/";

        assertThat(headers("SELECT 1 " + first + last)).isEqualTo(FOUND);
        assertThat(headers(last + first + "SELECT 1")).isEqualTo(FOUND);
        assertThat(headers(first + "SELECT 1" + last)).isEqualTo(FOUND);
        assertThat(headers("SELECT 1 " + last + "/*traceparent='none'*/")).isEqualTo(FOUND);
    }

    /** Nothing but a whole parent passes, and nothing throws. */
    @Test
    void damagedCommentsTellTheTruthOrNothing() {
        Random random = new Random(5);
        String whole = "a='b%2C',traceparent='" + PARENT + "',tracestate='c%3Dd',e='f'";
        for (int i = 0; i < 3_000; i++) {
            StringBuilder damaged = new StringBuilder(whole);
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(damaged.length());
                if (random.nextBoolean()) {
                    damaged.deleteCharAt(at);
                } else {
                    damaged.setCharAt(at, "'\\%,=-0aA\u00e4\n".charAt(random.nextInt(11)));
                }
            }

            Map<String, String> headers = headers("SELECT 1 /*" + damaged + "*/");

            assertThat(headers.keySet()).isSubsetOf("traceparent", "tracestate");
            assertThat(headers.getOrDefault("traceparent", PARENT)).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
            assertThat(headers.getOrDefault("tracestate", "c=d")).matches("[ -~]+=[ -~]+");
        }
    }

    private static Map<String, String> headers(String sql) {
        List<AnalyzedStatement> statements = ANALYZER.analyze(sql).statements();
        AnalyzedStatement statement = statements.get(0);
        return TraceComment.headers(statement.leadingComments(), statement.trailingComments());
    }
}
