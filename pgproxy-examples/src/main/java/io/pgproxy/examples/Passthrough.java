package io.pgproxy.examples;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.examples.cli.Lifetime;
import io.pgproxy.examples.cli.ListenOptions;
import io.pgproxy.examples.cli.LogLevel;
import io.pgproxy.examples.cli.Version;
import io.pgproxy.examples.serve.ServeOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The smallest proxy: clients work through it as if it were the server. */
@Command(
        name = "passthrough",
        description = "A proxy that changes nothing: one session of the server for each client.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class Passthrough implements Callable<Integer> {

    @Mixin
    private ListenOptions listen = new ListenOptions();

    @Mixin
    private ServeOptions options = new ServeOptions();

    @Mixin
    private LogLevel logLevel = new LogLevel();

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        logLevel.apply();
        try (Lifetime lifetime = Lifetime.untilSignal()) {
            options.serve(ProxyServer.builder(), listen.address(), lifetime.keep(listen.open()), null, lifetime);
        }
        return 0;
    }
}
