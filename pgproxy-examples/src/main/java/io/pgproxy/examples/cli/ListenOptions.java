package io.pgproxy.examples.cli;

import java.io.IOException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where clients connect, and what stands behind the proxy: for those that are told so by options. */
public final class ListenOptions {

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:6432",
            description = "Where clients connect (default ${DEFAULT-VALUE}); port 0 is any free one.")
    private HostPort listen = new HostPort("127.0.0.1", 6432);

    @ArgGroup(multiplicity = "1")
    private TargetOptions target = new TargetOptions();

    /** Filled by picocli. */
    public ListenOptions() {}

    /** {@return where clients connect} */
    public HostPort address() {
        return listen;
    }

    /**
     * Makes sure that the server behind answers; starts it if it is ours.
     *
     * @return the server
     * @throws IOException in one line why it does not answer
     */
    public Target open() throws IOException {
        return target.open();
    }
}
