package io.pgproxy.cache.drivers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Stands between clients and a server, on loopback, and keeps what both say; threads of its own carry it. */
final class RecordingRelay implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    private final String host;
    private final int port;
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<CompletableFuture<Conversation>> begun = new CopyOnWriteArrayList<>();

    private RecordingRelay(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
    }

    static RecordingRelay to(String host, int port) throws IOException {
        RecordingRelay relay = new RecordingRelay(host, port);
        relay.threads.execute(relay::accept);
        return relay;
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Forgets all conversations so far. */
    void forget() {
        begun.clear();
    }

    /** All conversations since then, as soon as they are over, in the order in which they began. */
    List<Conversation> ended() throws Exception {
        List<Conversation> ended = new ArrayList<>();
        for (CompletableFuture<Conversation> one : begun) {
            ended.add(one.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        return ended;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = new Socket();
                server.connect(new InetSocketAddress(host, port));
                begun.add(carry(client, server));
            } catch (IOException closed) {
                // or the server is gone, which the client's test tells better
            }
        }
    }

    private CompletableFuture<Conversation> carry(Socket client, Socket server) throws IOException {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        CompletableFuture<byte[]> said = CompletableFuture.supplyAsync(() -> carried(client, server), threads);
        CompletableFuture<byte[]> heard = CompletableFuture.supplyAsync(() -> carried(server, client), threads);
        return said.thenCombine(heard, Conversation::of).whenComplete((conversation, failure) -> {
            close(client);
            close(server);
        });
    }

    /** Carries bytes until there are no more. */
    private static byte[] carried(Socket from, Socket to) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] some = new byte[1 << 16];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                all.write(some, 0, n);
                out.write(some, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException reset) {
            // An end like any other: what came before it is compared.
            close(to);
        }
        return all.toByteArray();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdown();
    }
}
