package io.pgproxy.examples;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.examples.cli.Environment;
import io.pgproxy.examples.cli.Lifetime;
import io.pgproxy.examples.cli.Target;
import io.pgproxy.examples.cli.Version;
import io.pgproxy.examples.readonly.Settings;
import io.pgproxy.examples.readonly.Upstream;
import io.pgproxy.examples.serve.OneDatabase;
import io.pgproxy.examples.serve.ServeOptions;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.readonly.ReadOnlyHook;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A proxy through which a database can be read and not be changed. */
@Command(
        name = "read-only",
        description = {
            "A proxy that lets reading pass and refuses everything else.",
            "What it needs to know stands in the environment, or in a file .env in the working directory:",
            "UPSTREAM_HOST, UPSTREAM_USER, UPSTREAM_PASSWORD, UPSTREAM_DATABASE (required but for --demo),",
            "UPSTREAM_PORT (5432), LISTEN_HOST (0.0.0.0), LISTEN_PORT (5433), LOG_LEVEL (info),",
            "CACHE_TTL_SECONDS (900), MAX_CACHE_ENTRIES (10000), POOL_SIZE (5)."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ReadOnly implements Callable<Integer> {

    @Option(
            names = "--demo",
            description =
                    "Instead of an upstream a PostgreSQL of our own with a small shop in it, for as long as the proxy runs.")
    private boolean demo;

    @Mixin
    private ServeOptions options = new ServeOptions();

    @Spec
    private @Nullable CommandSpec command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        Settings settings;
        @Nullable Upstream upstream;
        try {
            Environment environment = Environment.ofProcess();
            settings = Settings.of(environment);
            upstream = demo ? null : Upstream.of(environment);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(Objects.requireNonNull(command).commandLine(), wrong.getMessage(), wrong);
        }
        settings.logLevel().apply();
        Logger log = LoggerFactory.getLogger(ReadOnly.class);
        log.info(settings.withoutEffect());
        try (Lifetime lifetime = Lifetime.untilSignal()) {
            if (upstream != null) {
                upstream.check(log);
                if (!options.asksClients()) {
                    log.warn("clients are not asked for a password: whoever connects reads as UPSTREAM_USER");
                }
            }
            Target target = lifetime.keep(upstream == null ? Target.demo() : upstream.target());
            options.serve(
                    ProxyServer.builder()
                            .hook("one-database", new OneDatabase(target.database()))
                            .hook("read-only", ReadOnlyHook.builder().build()),
                    settings.listen(),
                    target,
                    PoolSettings.transaction(settings.poolSize()),
                    lifetime);
        }
        return 0;
    }
}
