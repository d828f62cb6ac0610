package io.pgproxy.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.examples.readonly.Settings;
import io.pgproxy.examples.readonly.Upstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The file that users copy. */
class EnvironmentExampleTest {

    private final Map<String, String> values =
            DotEnv.read(Path.of(System.getProperty("pgproxy.root"), "pgproxy-examples", ".env.example"));

    EnvironmentExampleTest() throws IOException {}

    @Test
    void itIsReadAndHasTheDefaults() {
        Settings settings = Settings.of(new Environment(values));

        assertThat(settings).isEqualTo(Settings.of(new Environment(Map.of())));
        assertThat(settings.listen()).hasToString("HostPort[host=0.0.0.0, port=5433]");
        assertThat(settings.poolSize()).isEqualTo(5);
        assertThat(settings.caches()).isTrue();
    }

    @Test
    void itNamesAllThatIsRequired() {
        Upstream upstream = Upstream.of(new Environment(values));

        assertThat(upstream.url().port()).isEqualTo(5432);
        assertThat(upstream.toString()).doesNotContain("password");
        for (String required : new String[] {"HOST", "USER", "PASSWORD", "DATABASE"}) {
            Map<String, String> without = new HashMap<>(values);
            without.remove("UPSTREAM_" + required);
            assertThatThrownBy(() -> Upstream.of(new Environment(without)))
                    .hasMessage("missing in the environment and in .env: UPSTREAM_" + required);
        }
    }
}
