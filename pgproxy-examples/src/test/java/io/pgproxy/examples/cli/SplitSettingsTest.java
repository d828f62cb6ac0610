package io.pgproxy.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.examples.readwrite.Servers;
import io.pgproxy.examples.readwrite.Settings;
import io.pgproxy.fanout.Nondeterminism;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What read-write-split can be told, and the file that users copy. */
class SplitSettingsTest {
    private static final Path ROOT = Path.of(System.getProperty("pgproxy.root"), "pgproxy-examples");

    private final Map<String, String> example = DotEnv.read(ROOT.resolve("read-write-split/.env.example"));

    SplitSettingsTest() throws IOException {}

    private Environment exampleWith(String name, String value) {
        Map<String, String> changed = new HashMap<>(example);
        changed.put(name, value);
        return new Environment(changed);
    }

    @Test
    void theFileHasTheDefaultsAndServers() {
        assertThat(Settings.of(new Environment(example), false))
                .isEqualTo(Settings.of(new Environment(Map.of()), false));
        Servers servers = Servers.of(new Environment(example));
        assertThat(servers)
                .hasToString("Servers[writer-1 (db.example:5432)][reader-1 (replica1.example:5432), "
                        + "reader-2 (replica2.example:5432)]");
        assertThat(servers.user()).isEqualTo("app");
        assertThat(servers.database()).isEqualTo("shop");
    }

    /** Each is read, for a wrong value of it is told; and there are no others in the code. */
    @Test
    void theFileNamesExactlyTheSettingsThatThereAre() throws Exception {
        for (String name : example.keySet()) {
            assertThatThrownBy(() -> {
                        Environment wrong = exampleWith(name, "'hush");
                        Settings.of(wrong, false);
                        Servers.of(wrong);
                    })
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(name);
        }
        Set<String> read = new TreeSet<>();
        Path sources = ROOT.resolve("src/main/java/io/pgproxy/examples/readwrite");
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.toList()) {
                Pattern.compile("\"([A-Z]+(?:_[A-Z]+)+|NONDETERMINISM)\"")
                        .matcher(Files.readString(file))
                        .results()
                        .forEach(found -> read.add(found.group(1)));
            }
        }
        assertThat(read).isEqualTo(new TreeSet<>(example.keySet()));
    }

    @Test
    void whatIsGivenIsTaken() {
        Settings settings = Settings.of(
                new Environment(Map.of(
                        "READ_YOUR_WRITES", "OFF",
                        "MAX_LAG_SECONDS", "5",
                        "NONDETERMINISM", "warn",
                        "ROUTING_HINTS", "on",
                        "POOL_SIZE", "3")),
                false);
        assertThat(settings.readYourWrites()).isFalse();
        assertThat(settings.maxLag()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.nondeterminism()).isEqualTo(Nondeterminism.WARN);
        assertThat(settings.hints()).isTrue();
        assertThat(settings.poolSize()).isEqualTo(3);
    }

    @Test
    void theDemoFollowsHintsUnlessItIsTold() {
        assertThat(Settings.of(new Environment(Map.of()), true).hints()).isTrue();
        assertThat(Settings.of(new Environment(Map.of("ROUTING_HINTS", "off")), true)
                        .hints())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        ":6000,0.0.0.0,6000",
        "6000,0.0.0.0,6000",
        "127.0.0.1:0,127.0.0.1,0",
        "localhost:6000,localhost,6000",
        "[::1]:6000,::1,6000"
    })
    void theAddressHasFourForms(String text, String host, int port) {
        assertThat(Settings.of(exampleWith("PROXY_ADDR", text), false).listen()).isEqualTo(new HostPort(host, port));
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY_ADDR,127.0.0.1,'PROXY_ADDR: ''127.0.0.1'' is no address to listen on: give HOST:PORT, or :PORT'",
        "PROXY_ADDR,:65536,'PROXY_ADDR: ''0.0.0.0:65536'' is no address to listen on: give HOST:PORT, or :PORT'",
        "READ_YOUR_WRITES,yes,READ_YOUR_WRITES is 'yes': give on or off",
        "ROUTING_HINTS,yes,ROUTING_HINTS is 'yes': give off or on",
        "NONDETERMINISM,allow,NONDETERMINISM is 'allow': give reject or warn",
        "MAX_LAG_SECONDS,1.5,MAX_LAG_SECONDS is '1.5': give a whole number from 0 to 86400",
    })
    void whatIsWrongIsNamed(String name, String value, String complaint) {
        assertThatThrownBy(() -> Settings.of(exampleWith(name, value), false)).hasMessage(complaint);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PG_READER_DSN | postgres://h/shop | PG_READER_DSN: the URL of reader-1 names no user to log in as
            PG_READER_DSN | postgres://a:hush@h/shop,postgres://a:hush@ | PG_READER_DSN: reader-2: malformed upstream URL
            PG_READER_DSN | , | PG_READER_DSN has 0 servers: give 1 to 62
            PG_READER_DSN | host=/run user=a password=hush dbname=shop | PG_READER_DSN: the URL of reader-1 is that of a Unix
            PG_WRITERS_CSV | host=h user=a pasword=hush | PG_WRITERS_CSV: server 1: it may have host, port,
            PG_WRITERS_CSV | host=h user=a port=x | PG_WRITERS_CSV: writer-1: malformed upstream URL: the port is no number
            PG_WRITERS_CSV | postgres://a@h/other | all servers have to name the same database: writer-1 names "other", reader-1 "shop"
            """)
    void wrongServersAreNamedWithoutSecrets(String name, String value, String complaint) {
        assertThatThrownBy(() -> Servers.of(exampleWith(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(complaint)
                .message()
                .doesNotContain("hush");
    }
}
