package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A server that runs as a child of this JVM, in a temporary directory. */
final class ProcessServer implements Server {

    private static final String HOST = "127.0.0.1";
    private static final int ATTEMPTS = 5;

    private final Account account;
    private final ServerOptions options;
    private final int version;
    private final Path run;
    private final DataDirectory data;
    private final Watchdog watchdog;
    private Postmaster postmaster;

    private interface Cluster {
        DataDirectory in(Path run) throws IOException;
    }

    private ProcessServer(
            Account account,
            ServerOptions options,
            int version,
            Path run,
            DataDirectory data,
            Watchdog watchdog,
            Postmaster postmaster) {
        this.account = account;
        this.options = options;
        this.version = version;
        this.run = run;
        this.data = data;
        this.watchdog = watchdog;
        this.postmaster = postmaster;
    }

    static ProcessServer start(Programs programs, Account account, Cache cache, ServerOptions options)
            throws IOException {
        return start(
                account,
                options,
                programs.version(),
                run -> DataDirectory.create(programs, account, cache, options, run));
    }

    private static ProcessServer start(Account account, ServerOptions options, int version, Cluster cluster)
            throws IOException {
        Path run = account.own(Files.createTempDirectory("pgproxy-postgres-"));
        Watchdog watchdog = Watchdog.over(run);
        try {
            DataDirectory data = cluster.in(run);
            Postmaster postmaster = onAnyPort(data, options);
            return new ProcessServer(account, options, version, run, data, watchdog, postmaster);
        } catch (IOException | RuntimeException failure) {
            watchdog.release();
            throw failure;
        }
    }

    /** Somebody may take the port between the moment it was found free and the moment the server binds it. */
    private static Postmaster onAnyPort(DataDirectory data, ServerOptions options) throws IOException {
        for (int attempt = 1; ; attempt++) {
            data.configure(options, Port.free());
            try {
                return data.startPostmaster();
            } catch (IOException failure) {
                if (attempt == ATTEMPTS || !String.valueOf(failure.getMessage()).contains("Address already in use")) {
                    throw failure;
                }
            }
        }
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public int port() {
        return data.port();
    }

    @Override
    public String superuser() {
        return options.superuser();
    }

    @Override
    public String password() {
        return options.password();
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public String log() throws IOException {
        return Files.readString(data.log(), StandardCharsets.UTF_8);
    }

    @Override
    public ProcessServer startReplica(Map<String, String> settings) throws IOException {
        if (!options.primary()) {
            throw ServerOptions.noPrimary();
        }
        ServerOptions wanted = options.ofReplica(settings, Conninfo.of(this));
        return start(account, wanted, version, copy -> data.standby(this, copy));
    }

    @Override
    public void stop() throws IOException {
        postmaster.stop("INT", Duration.ofSeconds(30));
        data.cleanUpAfterKill();
    }

    @Override
    public void stopImmediately() throws IOException {
        postmaster.stop("QUIT", Duration.ofSeconds(10));
        data.cleanUpAfterKill();
    }

    @Override
    public void restart() throws IOException {
        stop();
        postmaster = data.startPostmaster();
    }

    @Override
    public void kill() throws IOException {
        postmaster.killAll();
        data.cleanUpAfterKill();
    }

    @Override
    public void killBackend(long pid) throws IOException {
        postmaster.killChild(pid);
    }

    @Override
    public void close() throws IOException {
        try {
            stopImmediately();
            FileTree.delete(run);
        } finally {
            watchdog.release();
        }
    }

    @Override
    public String toString() {
        return "PostgreSQL " + version + " at " + HOST + ":" + port() + " in " + run;
    }

    /** The words that make a program the leader of a session, so that a terminal's Ctrl+C does not reach it. */
    static List<String> detached() throws IOException {
        return Command.succeeds("setsid", "true") ? List.of("setsid") : List.of();
    }
}
