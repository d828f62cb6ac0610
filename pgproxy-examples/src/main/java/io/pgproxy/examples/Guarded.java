package io.pgproxy.examples;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.examples.cli.CountLimit;
import io.pgproxy.examples.cli.HostPort;
import io.pgproxy.examples.cli.Lifetime;
import io.pgproxy.examples.cli.LogLevel;
import io.pgproxy.examples.cli.ReadyLine;
import io.pgproxy.examples.cli.SizeLimit;
import io.pgproxy.examples.cli.Target;
import io.pgproxy.examples.cli.TargetOptions;
import io.pgproxy.examples.cli.TimeLimit;
import io.pgproxy.examples.cli.Version;
import io.pgproxy.examples.guarded.ServerTimeout;
import io.pgproxy.examples.metrics.MetricsOption;
import io.pgproxy.hook.ready.ApplicationName;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A proxy that protects a server from what its clients take too much of, and reads none of their SQL for a hook. */
@Command(
        name = "guarded",
        description = {
            "A proxy that changes nothing but limits what clients take, and tells the server who they are.",
            "A limit that is off or 0 is none."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class Guarded implements Callable<Integer> {

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:6432",
            description = "Where clients connect (default ${DEFAULT-VALUE}); port 0 is any free one.")
    private HostPort listen = new HostPort("127.0.0.1", 6432);

    @ArgGroup(multiplicity = "1")
    private TargetOptions target = new TargetOptions();

    @Option(
            names = "--max-connections",
            paramLabel = "COUNT",
            defaultValue = "100",
            description = "How many clients there may be (default ${DEFAULT-VALUE}).")
    private CountLimit maxConnections = new CountLimit(100);

    @Option(
            names = "--query-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long a query may run, as 250ms, 30s, 5m or 1h (default ${DEFAULT-VALUE}).")
    private TimeLimit queryTimeout = new TimeLimit(Duration.ofSeconds(30));

    @Option(
            names = "--idle-in-transaction",
            paramLabel = "TIME",
            defaultValue = "5m",
            description = "How long a client may say nothing within a transaction (default ${DEFAULT-VALUE}).")
    private TimeLimit idleInTransaction = new TimeLimit(Duration.ofMinutes(5));

    @Option(
            names = "--max-rows",
            paramLabel = "COUNT",
            defaultValue = "10000",
            description = "How many rows a result may have (default ${DEFAULT-VALUE}).")
    private CountLimit maxRows = new CountLimit(10_000);

    @Option(
            names = "--max-bytes",
            paramLabel = "SIZE",
            defaultValue = "100MB",
            description = "How many bytes a result may have, as 512B, 64kB, 100MB or 1GB (default ${DEFAULT-VALUE}).")
    private SizeLimit maxBytes = new SizeLimit(100L << 20);

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
                            .limits(limits())
                            .hook("query-timeout", new ServerTimeout("statement_timeout", queryTimeout.most()))
                            .hook(
                                    "idle-in-transaction",
                                    new ServerTimeout("idle_in_transaction_session_timeout", idleInTransaction.most()))
                            .hook("who", ApplicationName.behindOwnName().atLogin())
                            .drainDeadline(drain),
                    lifetime);
            ReadyLine.print(listen.reachableAt(server.port()), upstream.user(), upstream.database());
            lifetime.await();
        }
        return 0;
    }

    private Limits limits() {
        return Limits.builder()
                .connections(maxConnections.most())
                .maxTime(queryTimeout.most())
                .idleInTransaction(idleInTransaction.most())
                .maxRows(maxRows.rows())
                .maxBytes(maxBytes.most())
                .build();
    }
}
