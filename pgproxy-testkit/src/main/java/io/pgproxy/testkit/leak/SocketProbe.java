package io.pgproxy.testkit.leak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sockets of this process that were not there before, as Linux shows them in /proc: a descriptor of a socket is a link
 * to {@code socket:[inode]}.
 */
final class SocketProbe implements Probe {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Map<String, String> STATES = Map.of(
            "01", "established", "04", "closing", "05", "closing", "08", "closed by the peer", "0A", "listening");

    private final Set<String> before;

    SocketProbe() {
        warmUp();
        before = open();
    }

    static boolean isPossible() {
        return Files.isDirectory(DESCRIPTORS);
    }

    /** The JDK keeps a socket or two for itself from the first use of each kind on. */
    private static void warmUp() {
        try (Socket socket = new Socket();
                ServerSocket server = new ServerSocket();
                SocketChannel channel = SocketChannel.open();
                ServerSocketChannel serverChannel = ServerSocketChannel.open()) {
            socket.setReuseAddress(true);
            server.setReuseAddress(true);
            channel.configureBlocking(false);
            serverChannel.configureBlocking(false);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Set<String> open() {
        Set<String> open = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                String target = target(descriptor);
                if (target.startsWith("socket:")) {
                    open.add(target);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return open;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    @Override
    public List<String> left(Deadline deadline) throws InterruptedException {
        Set<String> left = left();
        while (!left.isEmpty() && !deadline.isOver()) {
            Thread.sleep(Math.min(5, deadline.millisLeft()));
            left = left();
        }
        Map<String, String> tcp = left.isEmpty() ? Map.of() : tcp();
        List<String> lines = new ArrayList<>();
        for (String socket : left) {
            lines.add(socket + " is open: " + tcp.getOrDefault(socket, "not connected, or of another kind than TCP"));
        }
        return lines;
    }

    private Set<String> left() {
        Set<String> left = new TreeSet<>(open());
        left.removeAll(before);
        left.removeAll(Outliving.SOCKETS);
        return left;
    }

    /** What proc(5) says of each TCP socket; the columns are number, local, remote, state, five more, inode. */
    private static Map<String, String> tcp() {
        Map<String, String> sockets = new HashMap<>();
        for (String table : List.of("tcp", "tcp6")) {
            try {
                for (String line : Files.readAllLines(Path.of("/proc/self/net", table))) {
                    String[] columns = line.strip().split("\\s+", -1);
                    if (columns.length > 9 && columns[1].contains(":")) {
                        String state = STATES.getOrDefault(columns[3], "state " + columns[3]);
                        sockets.put(
                                "socket:[" + columns[9] + "]",
                                "TCP from port " + port(columns[1]) + " to port " + port(columns[2]) + ", " + state);
                    }
                }
            } catch (IOException noSuchTable) {
                // A system without IPv6 has one table less.
            }
        }
        return sockets;
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }
}
