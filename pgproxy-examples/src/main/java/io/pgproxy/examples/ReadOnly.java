package io.pgproxy.examples;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.examples.cli.Environment;
import io.pgproxy.examples.cli.Lifetime;
import io.pgproxy.examples.cli.Target;
import io.pgproxy.examples.cli.Version;
import io.pgproxy.examples.readonly.Caching;
import io.pgproxy.examples.readonly.Settings;
import io.pgproxy.examples.readonly.Upstream;
import io.pgproxy.examples.serve.OneDatabase;
import io.pgproxy.examples.serve.ServeOptions;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.readonly.ReadOnlyHook;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
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
        try (Lifetime lifetime = Lifetime.untilSignal()) {
            if (upstream != null) {
                upstream.check(log);
                if (!options.asksClients()) {
                    log.warn("clients are not asked for a password: whoever connects reads as UPSTREAM_USER");
                }
            }
            Target target = lifetime.keep(upstream == null ? Target.demo() : upstream.target());
            ProxyServerBuilder proxy = ProxyServer.builder().hook("one-database", new OneDatabase(target.database()));
            if (settings.caches()) {
                // In front of what refuses functions that it does not know: it answers pgproxy_cache_reset().
                Caching caching = lifetime.keep(Caching.begin(settings, login(upstream, target), log));
                proxy.hook("cache", caching.hook());
            }
            options.serve(
                    proxy.hook("read-only", ReadOnlyHook.builder().build()),
                    settings.listen(),
                    target,
                    PoolSettings.transaction(settings.poolSize()),
                    lifetime);
        }
        return 0;
    }

    /** Where the catalogue is read, as the role that the proxy logs in as. */
    private static DataSource login(@Nullable Upstream upstream, Target target) {
        if (upstream != null) {
            return upstream.login();
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {target.url().host()});
        source.setPortNumbers(new int[] {target.url().port()});
        source.setDatabaseName(target.database());
        source.setUser(target.user());
        source.setSslMode("disable");
        return source;
    }
}
