package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;

/**
 * A server in a container of the official image. It is seen at a port of the host that stays the same over restarts.
 * The server sees clients come from the address of the engine's bridge, so that a 127.0.0.1/32 in a line of pg_hba.conf
 * is written as {@code all} there.
 *
 * <p>This class cannot be loaded without Testcontainers.
 */
final class ContainerServer implements Server {

    private static final int DEFAULT_VERSION = 15;
    private static final int PORT_INSIDE = 5432;
    private static final String HBA_FILE = "/etc/pgproxy-testkit-hba.conf";
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final ServerOptions options;
    private final int version;
    private final int port;
    private final GenericContainer<?> container;

    private ContainerServer(ServerOptions options, int version, int port, GenericContainer<?> container) {
        this.options = options;
        this.version = version;
        this.port = port;
        this.container = container;
    }

    static ContainerServer start(ServerOptions options) throws IOException {
        int version = options.version() == 0 ? DEFAULT_VERSION : options.version();
        int port = Port.free();
        GenericContainer<?> container = new GenericContainer<>("postgres:" + version);
        container.withEnv(Map.of(
                "POSTGRES_USER",
                options.superuser(),
                "POSTGRES_PASSWORD",
                options.password(),
                "POSTGRES_DB",
                "postgres",
                "POSTGRES_INITDB_ARGS",
                "-E UTF8 --no-locale"));
        container.withCopyToContainer(Transferable.of(hba(options), 0644), HBA_FILE);
        container.withCommand(command(options).toArray(new String[0]));
        container.withExposedPorts(PORT_INSIDE);
        container.setPortBindings(List.of("127.0.0.1:" + port + ":" + PORT_INSIDE));
        // The image starts the server twice, first to make the cluster.
        container.waitingFor(Wait.forLogMessage(".*ready to accept connections.*", 2));
        container.start();
        ContainerServer server = new ContainerServer(options, version, port, container);
        server.awaitReady();
        return server;
    }

    private static List<String> command(ServerOptions options) {
        Map<String, String> settings = new TreeMap<>(ServerOptions.DEFAULT_SETTINGS);
        settings.putAll(options.settings());
        settings.put("hba_file", HBA_FILE);
        List<String> words = new ArrayList<>(List.of("postgres"));
        settings.forEach((name, value) -> words.addAll(List.of("-c", name + "=" + value)));
        return words;
    }

    private static String hba(ServerOptions options) {
        List<String> lines = new ArrayList<>(List.of("local all all trust"));
        options.hba().forEach(line -> lines.add(line.replace("127.0.0.1/32", "all")));
        lines.add("host all all all trust");
        lines.add("host replication all all trust");
        return String.join("\n", lines) + "\n";
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (true) {
            try (Connection probe = Login.connect(host(), port, "postgres", superuser(), password())) {
                probe.isValid(1);
                return;
            } catch (SQLException notYet) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("PostgreSQL in the container does not answer", notYet);
                }
            }
        }
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public int port() {
        return port;
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
    public String log() {
        return container.getLogs();
    }

    @Override
    public Server startReplica(Map<String, String> settings) {
        throw ServerOptions.noPrimary();
    }

    @Override
    public void stop() {
        if (container.isRunning()) {
            // The image's stop signal is INT, PostgreSQL's fast shutdown.
            container
                    .getDockerClient()
                    .stopContainerCmd(container.getContainerId())
                    .exec();
        }
    }

    @Override
    public void stopImmediately() throws IOException {
        if (container.isRunning()) {
            container
                    .getDockerClient()
                    .killContainerCmd(container.getContainerId())
                    .withSignal("QUIT")
                    .exec();
            // Else a restart would find it running still, and leave it to end.
            long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
            while (container.isRunning()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("PostgreSQL in the container does not stop");
                }
            }
        }
    }

    @Override
    public void restart() throws IOException {
        stop();
        container
                .getDockerClient()
                .startContainerCmd(container.getContainerId())
                .exec();
        awaitReady();
    }

    @Override
    public void kill() {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void killBackend(long pid) throws IOException {
        try {
            container.execInContainer("sh", "-c", "kill -KILL " + pid);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupt);
        }
    }

    @Override
    public void close() {
        container.stop();
    }

    @Override
    public String toString() {
        return "PostgreSQL " + version + " in a container at " + host() + ":" + port;
    }
}
