package io.pgproxy.core.internal.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Makes sockets that end in a proxy of this process, wherever they are told to connect to. Thread-safe. */
public final class InProcessSocketFactory extends SocketFactory {
    private final EndpointLookup endpoint;

    /**
     * A factory.
     *
     * @param endpoint asked whenever a socket connects
     */
    public InProcessSocketFactory(EndpointLookup endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public Socket createSocket() throws IOException {
        return new Socket(new InProcessSocket(endpoint)) {};
    }

    /** The host's name is not looked up. */
    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return createSocket(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        Socket socket = createSocket();
        socket.connect(new InetSocketAddress(host, port));
        return socket;
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }
}
