package io.pgproxy.core.ways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.core.ProxyServer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server does to the file of its Unix domain socket, and what it leaves alone. */
class SocketFileTest {
    @TempDir
    private Path directory;

    private ProxyServer server(Path path) {
        return ProxyServer.builder()
                .listenUnix(path)
                .upstream("postgresql://127.0.0.1:1")
                .build();
    }

    private Path path() {
        return directory.resolve(".s.PGSQL.6432");
    }

    private static void connect(Path path) throws IOException {
        SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
    }

    private void refuses(Path path, String why) {
        try (ProxyServer server = server(path)) {
            assertThatThrownBy(server::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on " + path)
                    .hasMessageContaining(why);
        }
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    @Test
    void itIsThereWhileTheServerListensAndItsOwnersAlone() throws Exception {
        try (ProxyServer server = server(path()).start()) {
            assertThat(names()).containsExactly(".s.PGSQL.6432");
            assertThat(Files.getPosixFilePermissions(path())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            connect(server.unixSockets().get(0));
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void othersMayBeLetIn() throws Exception {
        Set<PosixFilePermission> all = PosixFilePermissions.fromString("rwxrwxrwx");
        try (ProxyServer server = ProxyServer.builder()
                .listenUnix(path(), all)
                .upstream("postgresql://127.0.0.1:1")
                .build()
                .start()) {
            assertThat(Files.getPosixFilePermissions(server.unixSockets().get(0)))
                    .isEqualTo(all);
        }
    }

    @Test
    void theSocketOfADeadProcessIsReplaced() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path()));
        }
        assertThat(path()).exists(); // Java leaves it as a process that dies does
        try (ProxyServer server = server(path()).start()) {
            connect(server.unixSockets().get(0));
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void aSocketInUseIsRefusedAndStaysInUse() throws Exception {
        try (ProxyServer first = server(path()).start()) {
            refuses(path(), "another process listens there");
            connect(first.unixSockets().get(0));
            assertThat(names()).containsExactly(".s.PGSQL.6432");
        }
    }

    @Test
    void whatIsNoSocketIsNeverRemoved() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "precious");
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path inside = Files.createDirectory(directory.resolve("directory"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nowhere"));

        for (Path path : new Path[] {file, pipe, inside, link}) {
            refuses(path, "what is there is no socket");
            assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isTrue();
        }
        assertThat(file).hasContent("precious");
        assertThat(names()).hasSize(4);
    }

    @Test
    void whatAnotherHasPutInItsPlaceIsLeftAlone() throws Exception {
        ProxyServer first = server(path()).start();
        Files.delete(path());
        try (ProxyServer second = server(path()).start()) {
            first.close();
            connect(second.unixSockets().get(0));
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void aDirectoryThatIsNotThereAndAPathThatIsTooLongAreNamed() {
        refuses(directory.resolve("no").resolve("socket"), "there is no directory " + directory.resolve("no"));
        refuses(directory.resolve("x".repeat(120)), "a socket's at most 107");
    }

    @Test
    void aListenerThatFailsClosesThoseBeforeIt() throws Exception {
        Path second = Files.writeString(directory.resolve("file"), "");
        try (ProxyServer server = ProxyServer.builder()
                .listenUnix(path())
                .listenUnix(second)
                .upstream("postgresql://127.0.0.1:1")
                .build()) {
            assertThatThrownBy(server::start).hasMessageContaining(second.toString());
        }
        assertThat(names()).containsExactly("file");
    }
}
