package io.pgproxy.testkit.postgres;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerEngineTest {

    private final Path socket;

    DockerEngineTest(@TempDir Path directory) {
        this.socket = directory.resolve("docker.sock");
    }

    @Test
    void anEngineAnswersAtItsSocket() throws Exception {
        try (ServerSocketChannel engine = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            engine.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<String> request = CompletableFuture.supplyAsync(() -> answer(engine));
            assertThat(DockerEngine.answers(host("unix://" + socket))).isTrue();
            assertThat(request.get(10, TimeUnit.SECONDS)).startsWith("GET /_ping HTTP");
        }
    }

    @Test
    void whatIsLeftOfAnEngineDoesNotAnswer() throws Exception {
        try (ServerSocketChannel engine = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            engine.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(Files.exists(socket)).isTrue();
        assertThat(DockerEngine.answers(host("unix://" + socket))).isFalse();
    }

    @Test
    void addressesOfNobodyDoNotAnswer() throws Exception {
        assertThat(DockerEngine.answers(host("unix://" + socket))).isFalse();
        assertThat(DockerEngine.answers(host("tcp://127.0.0.1:" + Port.free()))).isFalse();
        assertThat(DockerEngine.answers(host("ssh://somewhere"))).isFalse();
    }

    private static Map<String, String> host(String address) {
        return Map.of("DOCKER_HOST", address);
    }

    private static String answer(ServerSocketChannel engine) {
        try (SocketChannel client = engine.accept()) {
            ByteBuffer request = ByteBuffer.allocate(100);
            client.read(request);
            client.write(US_ASCII.encode("HTTP/1.0 200 OK\r\n\r\nOK"));
            return US_ASCII.decode(request.flip()).toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
