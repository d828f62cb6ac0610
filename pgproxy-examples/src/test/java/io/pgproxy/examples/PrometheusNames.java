package io.pgproxy.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names that Prometheus has for the meters of a proxy: in docs/metrics.md, and in what an example tells. */
final class PrometheusNames {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `pgproxy\\.[a-z.]+` \\| `([a-z_]+)` \\|");

    private PrometheusNames() {}

    static Set<String> documented() throws IOException {
        return ROW.matcher(Files.readString(Readme.read().root().resolve("docs/metrics.md")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static Set<String> told(HttpAnswer answer) {
        return answer.body()
                .lines()
                .filter(line -> line.startsWith("# TYPE pgproxy_"))
                .map(line -> line.replaceFirst("# TYPE ([a-z_]+?)(_max)? .*", "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether it is one that a pool alone has. */
    static boolean isOfPools(String name) {
        return name.startsWith("pgproxy_pool_");
    }
}
