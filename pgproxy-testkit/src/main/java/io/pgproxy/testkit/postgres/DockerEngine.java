package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Whether there is a Docker engine, asked without any library: Testcontainers takes seconds and many lines of log to
 * find that there is none.
 */
final class DockerEngine {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private DockerEngine() {}

    static boolean answers(Map<String, String> environment) {
        return address(environment).map(DockerEngine::answersAt).orElse(false);
    }

    private static Optional<SocketAddress> address(Map<String, String> environment) {
        String host = environment.getOrDefault("DOCKER_HOST", "");
        if (host.startsWith("unix://")) {
            return Optional.of(UnixDomainSocketAddress.of(host.substring("unix://".length())));
        }
        if (!host.isEmpty()) {
            URI uri = URI.create(host);
            return uri.getHost() == null || uri.getPort() < 0
                    ? Optional.empty()
                    : Optional.of(new InetSocketAddress(uri.getHost(), uri.getPort()));
        }
        String home = environment.getOrDefault("HOME", "/nonexistent");
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "/nonexistent");
        for (String path :
                new String[] {"/var/run/docker.sock", home + "/.docker/run/docker.sock", runtime + "/docker.sock"}) {
            if (Files.exists(Path.of(path))) {
                return Optional.of(UnixDomainSocketAddress.of(path));
            }
        }
        return Optional.empty();
    }

    /** A socket file may be left from an engine that has gone, and an engine may hang: so a word must come back. */
    private static boolean answersAt(SocketAddress address) {
        StandardProtocolFamily family =
                address instanceof UnixDomainSocketAddress ? StandardProtocolFamily.UNIX : StandardProtocolFamily.INET;
        try (SocketChannel channel = SocketChannel.open(family);
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            if (!channel.connect(address)) {
                if (selector.select(PATIENCE.toMillis()) == 0) {
                    return false;
                }
                channel.finishConnect();
            }
            if (address instanceof InetSocketAddress) {
                // It may want TLS, and then Testcontainers knows the certificates, not we.
                return true;
            }
            channel.write(ByteBuffer.wrap("GET /_ping HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            key.interestOps(SelectionKey.OP_READ);
            return selector.select(PATIENCE.toMillis()) > 0 && channel.read(ByteBuffer.allocate(64)) > 0;
        } catch (IOException | RuntimeException noEngine) {
            return false;
        }
    }
}
