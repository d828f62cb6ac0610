package io.pgproxy.examples;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.examples.cli.HostPort;
import io.pgproxy.examples.cli.Lifetime;
import io.pgproxy.examples.cli.LogLevel;
import io.pgproxy.examples.cli.ReadyLine;
import io.pgproxy.examples.cli.Target;
import io.pgproxy.examples.cli.TargetOptions;
import io.pgproxy.examples.cli.Version;
import io.pgproxy.examples.metrics.MetricsOption;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The smallest proxy: clients work through it as if it were the server. */
@Command(
        name = "passthrough",
        description = "A proxy that changes nothing: one session of the server for each client.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class Passthrough implements Callable<Integer> {

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:6432",
            description = "Where clients connect (default ${DEFAULT-VALUE}); port 0 is any free one.")
    private HostPort listen = new HostPort("127.0.0.1", 6432);

    @ArgGroup(multiplicity = "1")
    private TargetOptions target = new TargetOptions();

    @Mixin
    private MetricsOption metrics = new MetricsOption();

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long open transactions may take to end after SIGINT or SIGTERM (default 10).")
    private Duration drain = Duration.ofSeconds(10);

    @Mixin
    private LogLevel logLevel = new LogLevel();

    @Override
    public Integer call() throws IOException, InterruptedException {
        logLevel.apply();
        try (Lifetime lifetime = Lifetime.untilSignal()) {
            Target upstream = lifetime.keep(target.open());
            ProxyServer server = metrics.start(
                    ProxyServer.builder()
                            .listen(listen.host(), listen.port())
                            .upstream(RemotePostgres.of(upstream.url()))
                            .drainDeadline(drain),
                    lifetime);
            ReadyLine.print(listen.reachableAt(server.port()), upstream.user(), upstream.database());
            lifetime.await();
        }
        return 0;
    }
}
