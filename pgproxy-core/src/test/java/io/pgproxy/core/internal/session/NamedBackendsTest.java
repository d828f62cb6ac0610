package io.pgproxy.core.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.hook.Route;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which of several upstreams an exchange goes to. */
class NamedBackendsTest {
    private static final Backend NOWHERE = RemotePostgres.of("postgresql://127.0.0.1:1");
    private static final List<String> NAMES = List.of("a", "b", "c");

    private final NamedBackends backends = new NamedBackends(NOWHERE, Map.of("a", NOWHERE, "b", NOWHERE, "c", NOWHERE));

    private String pick(Route.Pick pick) {
        return backends.inOrder(new Route.AnyOf(NAMES, pick)).get(0);
    }

    @Test
    void eachInItsTurn() {
        assertThat(IntStream.range(0, 7).mapToObj(i -> pick(Route.Pick.ROUND_ROBIN)))
                .containsExactly("a", "b", "c", "a", "b", "c", "a");
    }

    @Test
    void byChanceEachIsPickedAtSomeTime() {
        assertThat(IntStream.range(0, 1000).mapToObj(i -> pick(Route.Pick.RANDOM)))
                .containsOnly("a", "b", "c");
    }

    @Test
    void theOneWithTheFewestSessions() {
        assertThat(pick(Route.Pick.LEAST_CONNECTIONS)).isEqualTo("a");
        backends.opened("a");
        assertThat(pick(Route.Pick.LEAST_CONNECTIONS)).isEqualTo("b");
        backends.opened("b");
        backends.opened("c");
        backends.opened("c");
        backends.closed("b");
        assertThat(pick(Route.Pick.LEAST_CONNECTIONS)).isEqualTo("b");
        backends.opened("b");
        backends.closed("c");
        backends.closed("c");
        assertThat(pick(Route.Pick.LEAST_CONNECTIONS)).isEqualTo("c");
    }

    @Test
    void ofSeveralThoseThatThereAre() {
        backends.remove("a");
        assertThat(backends.inOrder(new Route.AnyOf(NAMES, Route.Pick.IN_ORDER)))
                .containsExactly("b", "c");
        assertThat(IntStream.range(0, 3).mapToObj(i -> pick(Route.Pick.ROUND_ROBIN)))
                .containsExactly("b", "c", "b");
        assertThat(backends.inOrder(new Route.AnyOf(List.of("x", "main"), Route.Pick.IN_ORDER)))
                .containsExactly("main");
        assertThat(backends.inOrder(new Route.AnyOf(List.of("x", "y"), Route.Pick.IN_ORDER)))
                .containsExactly("x", "y");
        assertThat(backends.inOrder(new Route.One("a"))).containsExactly("a");
    }
}
