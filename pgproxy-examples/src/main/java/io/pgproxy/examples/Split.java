package io.pgproxy.examples;

import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.examples.cli.Environment;
import io.pgproxy.examples.cli.Lifetime;
import io.pgproxy.examples.cli.Version;
import io.pgproxy.examples.readwrite.DemoServers;
import io.pgproxy.examples.readwrite.Routing;
import io.pgproxy.examples.readwrite.Servers;
import io.pgproxy.examples.readwrite.Settings;
import io.pgproxy.examples.readwrite.Survey;
import io.pgproxy.examples.readwrite.Usable;
import io.pgproxy.examples.serve.OneDatabase;
import io.pgproxy.examples.serve.ServeOptions;
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

/** A proxy whose clients read from replicas and write to one server, or to several as if they were one. */
@Command(
        name = "read-write-split",
        description = {
            "A proxy that sends reads to replicas, and all else to the writer, or to all writers if there are several.",
            "What it needs to know stands in the environment, or in a file .env in the working directory:",
            "PG_READER_DSN, PG_WRITERS_CSV (required but for --demo; servers with commas between them, each as"
                    + " postgresql://USER:PASSWORD@HOST:PORT/DB or as host=... port=... user=... password='...' dbname=...),",
            "PROXY_ADDR (:54329), POOL_SIZE (10 for each server), READ_YOUR_WRITES (on), MAX_LAG_SECONDS (any),"
                    + " NONDETERMINISM (reject, or warn), ROUTING_HINTS (off; with --demo on), LOG_LEVEL (info)."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class Split implements Callable<Integer> {

    @Option(
            names = "--demo",
            description = "Instead of your servers three of our own, for as long as the proxy runs:"
                    + " two writers with the same small shop, and a replica of the first.")
    private boolean demo;

    @Mixin
    private ServeOptions options = new ServeOptions();

    @Spec
    private @Nullable CommandSpec command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        Settings settings;
        @Nullable Servers named;
        try {
            Environment environment = Environment.ofProcess();
            settings = Settings.of(environment, demo);
            named = demo ? null : Servers.of(environment);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(Objects.requireNonNull(command).commandLine(), wrong.getMessage(), wrong);
        }
        settings.logLevel().apply();
        Logger log = LoggerFactory.getLogger(Split.class);
        try (Lifetime lifetime = Lifetime.untilSignal()) {
            Servers servers = named == null ? demo(lifetime) : named;
            Usable usable = Survey.of(servers).check(log::warn);
            if (named != null && !options.asksClients()) {
                log.warn("clients are not asked for a password: whoever connects works as the users of the DSNs");
            }
            Routing routing = lifetime.keep(Routing.over(usable, settings));
            ProxyServerBuilder proxy = routing.proxy().hook("one-database", new OneDatabase(servers.database()));
            options.serve(proxy, settings.listen(), servers.user(), servers.database(), lifetime);
        }
        return 0;
    }

    private static Servers demo(Lifetime lifetime) throws IOException, InterruptedException {
        DemoServers demo = lifetime.keep(DemoServers.start());
        System.err.print(demo.whatToTry());
        return demo.servers();
    }
}
