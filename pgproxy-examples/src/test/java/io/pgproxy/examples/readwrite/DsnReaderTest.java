package io.pgproxy.examples.readwrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.backend.PostgresUrl;
import io.pgproxy.routing.Node;
import io.pgproxy.tls.SslMode;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers as a user may write them. */
class DsnReaderTest {

    private static PostgresUrl read(String text) {
        List<String> urls = DsnReader.urls(text);
        assertThat(urls).hasSize(1);
        return PostgresUrl.parse(urls.get(0));
    }

    private static String password(PostgresUrl url) throws Exception {
        Credentials credentials = Objects.requireNonNull(url.credentials());
        char[] password = credentials.password(url.host(), url.port(), "any");
        return password == null ? "none" : new String(password);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            host=h user=u                                | none
            host=h user=u password=                      | none
            host=h user=u password=''                    | none
            host=h user=u password=plain                 | plain
            host=h user=u password = plain               | plain
            host=h user=u password=p=q                   | p=q
            host=h user=u password=it's                  | it's
            host=h user=u password=a\\ b\\,c\\\\d        | a b,c\\d
            host=h user=u password='a b'                 | a b
            host=h user=u password='it\\'s'              | it's
            host=h user=u password='it''s \\' quoted'    | it's ' quoted
            host=h user=u password='a\\\\b,c%41+@/?#'    | a\\b,c%41+@/?#
            host=h user=u password='ü€😀'                | ü€😀
            password='x'user=u host=h                    | x
            host=h user=u password=first password=last   | last
            """)
    void passwordsAreReadAsLibpqDoes(String text, String password) throws Exception {
        assertThat(password(read(text))).isEqualTo(password);
    }

    @Test
    void everythingElseIsThere() {
        PostgresUrl url = read("host='::1' port=5433 user='a user' dbname='a b' sslmode=require");
        assertThat(url.host()).isEqualTo("::1");
        assertThat(url.port()).isEqualTo(5433);
        assertThat(Objects.requireNonNull(url.credentials()).user()).isEqualTo("a user");
        assertThat(url.database()).isEqualTo("a b");
        assertThat(url.tls().mode()).isEqualTo(SslMode.REQUIRE);
        Server server =
                Server.of("writer-1", DsnReader.urls("host=::1 user=app").get(0), Node.Role.WRITER);
        assertThat(server).hasToString("writer-1 ([::1]:5432)");
        assertThat(server.database()).isEqualTo("app");
    }

    @Test
    void commasSeparateBothForms() {
        assertThat(DsnReader.urls(
                        " postgres://u@a/d ,\n host=b user=u password='x,y',postgresql://u@c:1/d,, host=e user=u,"))
                .extracting(text -> PostgresUrl.parse(text).host())
                .containsExactly("a", "b", "c", "e");
        assertThat(DsnReader.urls(" , ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hush",
                "hush,hush",
                "mysql://u:hush@h/d",
                "host=h user=u password='hush",
                "host=h user=u password='hush\\'",
                "host=h user=u password=hush,hush",
                "host=h user=u hush=1",
                "host=h password=hush",
                "user=u password=hush",
                "=hush",
            })
    void whatIsMalformedIsToldWithoutAValue(String text) {
        assertThatThrownBy(() -> DsnReader.urls(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("server [12]: .+")
                .message()
                .doesNotContain("hush");
    }
}
