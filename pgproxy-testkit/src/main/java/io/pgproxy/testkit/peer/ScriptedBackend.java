package io.pgproxy.testkit.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server on a free port of 127.0.0.1 that does with each connection what a script says, on a thread of its own.
 *
 * <pre>{@code
 * try (ScriptedBackend backend = ScriptedBackend.start(connection -> {
 *     connection.greet();
 *     connection.expect("Q");
 *     connection.send(rowDescription("a"), dataRow("1"));
 *     connection.reset();
 * })) { ... }
 * }</pre>
 *
 * <p>A script that wants to accept and never answer calls {@link BackendConnection#awaitEnd()}. What a script throws
 * shows when the backend is closed; exceptions that come of the closing itself do not.
 */
public final class ScriptedBackend implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What happens on one connection. */
    @FunctionalInterface
    public interface Script {

        /**
         * Plays the server. The connection is closed when this returns.
         *
         * @param connection the connection
         * @throws Exception whatever goes wrong; the test sees it in {@link ScriptedBackend#close()}
         */
        void run(BackendConnection connection) throws Exception;
    }

    private final Script script;
    private final ServerSocket listener;
    private final AtomicInteger accepted = new AtomicInteger();
    private final BlockingQueue<CancelKey> cancels = new LinkedBlockingQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private volatile boolean closing;

    private ScriptedBackend(Script script, ServerSocket listener) {
        this.script = script;
        this.listener = listener;
    }

    /**
     * Begins to accept connections.
     *
     * @param script what happens on each of them
     * @return the backend, which the caller closes
     * @throws IOException if there is no free port
     */
    public static ScriptedBackend start(Script script) throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        ScriptedBackend backend = new ScriptedBackend(script, listener);
        backend.startThread("accept", backend::acceptAll);
        return backend;
    }

    /**
     * Where it listens.
     *
     * @return 127.0.0.1
     */
    public String host() {
        return "127.0.0.1";
    }

    /**
     * Where it listens.
     *
     * @return the TCP port
     */
    public int port() {
        return listener.getLocalPort();
    }

    /**
     * How many connections there have been.
     *
     * @return those that carried a CancelRequest included
     */
    public int connections() {
        return accepted.get();
    }

    /**
     * Waits for the next CancelRequest that nobody has waited for yet.
     *
     * @return what it names
     * @throws InterruptedException if the thread is interrupted
     * @throws AssertionError if none comes within ten seconds
     */
    public CancelKey awaitCancel() throws InterruptedException {
        CancelKey key = cancels.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (key == null) {
            throw new AssertionError("no CancelRequest within " + PATIENCE.toSeconds() + " s");
        }
        return key;
    }

    /**
     * The CancelRequests that nobody has waited for.
     *
     * @return in the order of their arrival
     */
    public List<CancelKey> cancels() {
        return List.copyOf(cancels);
    }

    /**
     * Closes the listener and all connections, and waits for the scripts to end.
     *
     * @throws IOException if the listener cannot be closed
     * @throws AssertionError if a script failed before, or does not end
     */
    @Override
    public void close() throws IOException {
        closing = true;
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        for (Thread thread : threads) {
            thread.interrupt();
            join(thread);
        }
        if (!failures.isEmpty()) {
            AssertionError error = new AssertionError("a script failed: " + failures.peek(), failures.poll());
            failures.forEach(error::addSuppressed);
            throw error;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new AssertionError(thread.getName() + " does not end");
        }
    }

    private void acceptAll() {
        while (!closing) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                if (closing) {
                    // close() may have been through the list already.
                    socket.close();
                }
                int number = accepted.getAndIncrement();
                startThread("connection-" + number, () -> serve(socket, number));
            } catch (IOException failure) {
                note(failure);
                return;
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (WireSocket wire = new WireSocket(socket)) {
            // Noted before the connection closes, which may be what the test waits for to close the backend.
            play(new BackendConnection(wire, number, cancels));
        } catch (IOException failure) {
            note(failure);
        }
    }

    private void play(BackendConnection connection) {
        try {
            script.run(connection);
        } catch (BackendConnection.CancelReceived served) {
            // The server's answer to a CancelRequest is that it closes.
        } catch (Throwable failure) {
            note(failure);
        }
    }

    private void note(Throwable failure) {
        if (!closing || failure instanceof AssertionError) {
            failures.add(failure);
        }
    }

    private void startThread(String name, Runnable work) {
        Thread thread = new Thread(work, "scripted-backend-" + port() + "-" + name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }
}
