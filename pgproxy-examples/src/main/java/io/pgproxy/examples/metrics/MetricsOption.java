package io.pgproxy.examples.metrics;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.examples.cli.HostPort;
import io.pgproxy.examples.cli.Lifetime;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option {@code --metrics}: without it nothing is measured, and nobody listens. */
public final class MetricsOption {

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            converter = Address.class,
            description = {
                "Where /metrics, /ready and /live are told by HTTP, to whoever asks; a PORT alone is one of 127.0.0.1.",
                "Without it nothing is measured."
            })
    private @Nullable HostPort address;

    /** Filled by picocli. */
    public MetricsOption() {}

    /**
     * Starts a server, and what tells of it: until the lifetime ends, so that the drain can be watched.
     *
     * @param builder all but its metrics are set
     * @param lifetime keeps both
     * @return the running server
     * @throws IOException in one line who cannot listen
     * @throws InterruptedException if the lifetime has ended before
     */
    public ProxyServer start(ProxyServerBuilder builder, Lifetime lifetime) throws IOException, InterruptedException {
        HostPort where = address;
        if (where == null) {
            return lifetime.keep(builder.build().start());
        }
        Meters meters = lifetime.keep(new Meters());
        ProxyServer server = builder.metrics(meters.ofProxy()).build();
        lifetime.keep(MetricsEndpoint.open(where, server, meters::scrape));
        return lifetime.keep(server.start());
    }

    /** A port alone is one that this machine alone can reach. */
    static final class Address implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            try {
                return HostPort.parse(text.matches("[0-9]{1,5}") ? "127.0.0.1:" + text : text);
            } catch (IllegalArgumentException refused) {
                throw new TypeConversionException(refused.getMessage());
            }
        }
    }
}
