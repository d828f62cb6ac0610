package io.pgproxy.tls;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does with the bytes of each connection what a script says, on a thread of its own. */
final class RawServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Script script;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ended = new AtomicInteger();
    private volatile boolean closing;

    /** What happens on a connection; it is closed behind it. */
    @FunctionalInterface
    interface Script {
        void run(Socket socket) throws Exception;
    }

    private RawServer(ServerSocket listener, Script script) {
        this.listener = listener;
        this.script = script;
    }

    static RawServer start(Script script) throws IOException {
        RawServer server =
                new RawServer(new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})), script);
        server.begin(server::acceptAll);
        return server;
    }

    /** A server that grants the request for encryption before its script begins. */
    static RawServer granting(Script script) throws IOException {
        return start(socket -> {
            readRequest(socket);
            socket.getOutputStream().write('S');
            script.run(socket);
        });
    }

    /** Reads an SSLRequest, and fails if it is something else. */
    static void readRequest(Socket socket) throws IOException {
        byte[] request = new byte[TlsClient.SSL_REQUEST.length];
        new DataInputStream(socket.getInputStream()).readFully(request);
        if (!Arrays.equals(request, TlsClient.SSL_REQUEST)) {
            throw new AssertionError("no SSLRequest: " + Arrays.toString(request));
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many scripts have come to their end. */
    int ended() {
        return ended.get();
    }

    private void acceptAll() {
        try {
            while (!closing) {
                Socket socket = listener.accept();
                sockets.add(socket);
                begin(() -> serve(socket));
            }
        } catch (IOException closed) {
            // no more
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.run(socket);
        } catch (Exception | AssertionError failure) {
            if (!closing) {
                failures.add(failure);
            }
        } finally {
            ended.incrementAndGet();
        }
    }

    private void begin(Runnable work) {
        Thread thread = new Thread(work, "raw-server-" + port());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    @Override
    public void close() throws Exception {
        closing = true;
        listener.close();
        for (Socket each : sockets) {
            each.close();
        }
        for (Thread each : threads) {
            each.join(10_000);
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("a script failed", failures.peek());
        }
    }
}
