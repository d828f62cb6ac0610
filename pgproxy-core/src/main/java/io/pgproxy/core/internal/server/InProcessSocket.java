package io.pgproxy.core.internal.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is beneath a {@link java.net.Socket} whose other end is a proxy in this process. Wherever it is told to connect
 * to, it connects there. Options of TCP are remembered, and change nothing.
 */
final class InProcessSocket extends SocketImpl {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final EndpointLookup endpoint;
    private final Map<Integer, Object> options = new ConcurrentHashMap<>();
    private volatile @Nullable MemoryChannel channel;
    private volatile @Nullable PipeInput input;
    private volatile @Nullable PipeOutput output;
    private volatile boolean closed;

    InProcessSocket(EndpointLookup endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    protected void create(boolean stream) throws SocketException {
        if (!stream) {
            throw new SocketException("datagrams are not spoken here");
        }
    }

    @Override
    protected void connect(String host, int remotePort) throws IOException {
        connect(HERE, remotePort);
    }

    @Override
    protected void connect(SocketAddress remote, int timeout) throws IOException {
        connect(HERE, remote instanceof InetSocketAddress internet ? internet.getPort() : 0);
    }

    @Override
    protected void connect(InetAddress remote, int remotePort) throws IOException {
        MemoryChannel connected = endpoint.find().connect();
        PipeInput in = new PipeInput(connected);
        in.timeout(options.get(SocketOptions.SO_TIMEOUT) instanceof Integer millis ? millis : 0);
        input = in;
        output = new PipeOutput(connected, in);
        channel = connected;
        address = remote;
        port = remotePort;
        if (closed) {
            close(); // by another thread meanwhile
        }
    }

    @Override
    protected void bind(InetAddress host, int boundPort) {
        // it has no port
    }

    @Override
    protected void listen(int backlog) throws SocketException {
        throw new SocketException("a client's socket does not listen");
    }

    @Override
    protected void accept(SocketImpl socket) throws SocketException {
        throw new SocketException("a client's socket does not listen");
    }

    @Override
    protected InputStream getInputStream() throws SocketException {
        return connected(input);
    }

    @Override
    protected OutputStream getOutputStream() throws SocketException {
        return connected(output);
    }

    @Override
    protected int available() throws IOException {
        return connected(input).available();
    }

    @Override
    protected void shutdownInput() throws SocketException {
        connected(input).shutdown();
    }

    @Override
    protected void shutdownOutput() throws SocketException {
        connected(output).shutdown();
    }

    private static <T> T connected(@Nullable T end) throws SocketException {
        if (end == null) {
            throw new SocketException("Socket is not connected");
        }
        return end;
    }

    @Override
    protected void close() {
        closed = true;
        MemoryChannel connected = channel;
        PipeInput in = input;
        PipeOutput out = output;
        if (connected != null && in != null && out != null) {
            out.close();
            in.close();
            connected.gone();
        }
    }

    @Override
    protected boolean supportsUrgentData() {
        return false;
    }

    @Override
    protected void sendUrgentData(int data) throws SocketException {
        throw new SocketException("there is no urgent data");
    }

    @Override
    public void setOption(int option, Object value) {
        options.put(option, value);
        PipeInput in = input;
        if (option == SocketOptions.SO_TIMEOUT && in != null && value instanceof Integer millis) {
            in.timeout(millis);
        }
    }

    @Override
    public Object getOption(int option) {
        return options.getOrDefault(option, unset(option));
    }

    private static Object unset(int option) {
        return switch (option) {
            case SocketOptions.SO_TIMEOUT, SocketOptions.IP_TOS -> 0;
            case SocketOptions.SO_SNDBUF, SocketOptions.SO_RCVBUF -> InProcessEndpoint.CAPACITY;
            case SocketOptions.SO_BINDADDR -> HERE;
            default -> false;
        };
    }
}
