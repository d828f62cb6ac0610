package io.pgproxy.examples;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.examples.cli.CountLimit;
import io.pgproxy.examples.cli.Lifetime;
import io.pgproxy.examples.cli.ListenOptions;
import io.pgproxy.examples.cli.LogLevel;
import io.pgproxy.examples.cli.SizeLimit;
import io.pgproxy.examples.cli.TimeLimit;
import io.pgproxy.examples.cli.Version;
import io.pgproxy.examples.guarded.PoolOptions;
import io.pgproxy.examples.guarded.ServerTimeout;
import io.pgproxy.examples.serve.ServeOptions;
import io.pgproxy.hook.ready.ApplicationName;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

    @Mixin
    private ListenOptions listen = new ListenOptions();

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

    @ArgGroup(exclusive = false)
    private @Nullable PoolOptions pool;

    @Mixin
    private ServeOptions options = new ServeOptions();

    @Mixin
    private LogLevel logLevel = new LogLevel();

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        logLevel.apply();
        try (Lifetime lifetime = Lifetime.untilSignal()) {
            options.serve(
                    ProxyServer.builder()
                            .limits(limits())
                            .hook("query-timeout", new ServerTimeout("statement_timeout", queryTimeout.most()))
                            .hook(
                                    "idle-in-transaction",
                                    new ServerTimeout("idle_in_transaction_session_timeout", idleInTransaction.most()))
                            .hook("who", ApplicationName.behindOwnName().atLogin()),
                    listen.address(),
                    lifetime.keep(listen.open()),
                    pool == null ? null : pool.settings(),
                    lifetime);
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
