package io.pgproxy.examples.serve;

import io.pgproxy.auth.Authenticator;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.examples.cli.HostPort;
import io.pgproxy.examples.cli.Lifetime;
import io.pgproxy.examples.cli.ReadyLine;
import io.pgproxy.examples.cli.Target;
import io.pgproxy.examples.metrics.MetricsOption;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.tls.ServerTls;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every proxy of the examples can be told, and how it serves then. */
public final class ServeOptions {

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Mixin
    private LoginOptions login = new LoginOptions();

    @Mixin
    private MetricsOption metrics = new MetricsOption();

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long open transactions may take to end after SIGINT or SIGTERM (default 10).")
    private Duration drain = Duration.ofSeconds(10);

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** Filled by picocli. */
    public ServeOptions() {}

    /**
     * Sees to it that the options fit together: before anything is started.
     *
     * @throws ParameterException in one line, if they do not
     */
    public void check() {
        try {
            login.check(tls.settings());
        } catch (IllegalArgumentException wrong) {
            throw wrong(wrong);
        }
    }

    /** {@return whether the proxy itself asks clients who they are} */
    public boolean asksClients() {
        return login.asks();
    }

    /**
     * Serves until a signal ends the process: starts the proxy, and prints the ready line.
     *
     * @param builder has what is particular to the proxy
     * @param listen where clients connect
     * @param target the server behind it
     * @param pool how clients share its connections; null if each has its own
     * @param lifetime keeps what is started
     * @throws IOException in one line what cannot be read, or who cannot listen
     * @throws ParameterException in one line, if its connections cannot be shared
     * @throws InterruptedException if the lifetime has ended before
     */
    public void serve(
            ProxyServerBuilder builder, HostPort listen, Target target, @Nullable PoolSettings pool, Lifetime lifetime)
            throws IOException, InterruptedException {
        if (pool == null) {
            builder.upstream(RemotePostgres.of(target.url()));
        } else {
            builder.upstream(RemotePostgres.of(target.sharedUrl()), pool);
        }
        boolean hasToTrust = login.isOurs() && target.url().credentials() == null && !target.isOurs();
        serve(builder, listen, target.user(), target.database(), hasToTrust, lifetime);
    }

    /**
     * Serves until a signal ends the process: starts the proxy, and prints the ready line.
     *
     * @param builder has the upstreams, and what else is particular to the proxy
     * @param listen where clients connect
     * @param user for those who want to try
     * @param database likewise
     * @param lifetime keeps what is started
     * @throws IOException in one line what cannot be read, or who cannot listen
     * @throws ParameterException in one line, if an upstream's connections cannot be shared
     * @throws InterruptedException if the lifetime has ended before
     */
    public void serve(ProxyServerBuilder builder, HostPort listen, String user, String database, Lifetime lifetime)
            throws IOException, InterruptedException {
        serve(builder, listen, user, database, false, lifetime);
    }

    private void serve(
            ProxyServerBuilder builder,
            HostPort listen,
            String user,
            String database,
            boolean hasToTrust,
            Lifetime lifetime)
            throws IOException, InterruptedException {
        builder.listen(listen.host(), listen.port()).drainDeadline(drain);
        ServerTls settings = tls.settings();
        if (settings != null) {
            builder.tls(settings);
        }
        Authenticator authenticator = login.authenticator();
        if (authenticator != null) {
            builder.authenticator(authenticator);
        }
        if (hasToTrust) {
            LoggerFactory.getLogger(ServeOptions.class)
                    .warn(
                            "with {} the upstream has to trust the proxy, for its URL names no user to log in as:"
                                    + " postgresql://USER@HOST/DB?passfile=FILE",
                            login);
        }
        ProxyServer server = start(builder, lifetime);
        ReadyLine.print(listen.reachableAt(server.port()), user, database);
        lifetime.await();
    }

    private ProxyServer start(ProxyServerBuilder builder, Lifetime lifetime) throws IOException, InterruptedException {
        try {
            return metrics.start(builder, lifetime);
        } catch (IllegalStateException unfit) {
            throw wrong(unfit);
        }
    }

    private ParameterException wrong(RuntimeException options) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), options.getMessage(), options);
    }
}
