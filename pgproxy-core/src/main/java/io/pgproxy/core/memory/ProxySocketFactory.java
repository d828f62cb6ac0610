package io.pgproxy.core.memory;

import io.pgproxy.core.internal.server.InProcessNames;
import io.pgproxy.core.internal.server.InProcessSocketFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Connects a driver to a proxy of this process, without a port: what pgjdbc makes from its connection properties
 * {@code socketFactory} (the name of this class) and {@code socketFactoryArg} (the name given to
 * {@link io.pgproxy.core.ProxyServerBuilder#inProcess}).
 *
 * <pre>{@code
 * jdbc:postgresql:///db?socketFactory=io.pgproxy.core.memory.ProxySocketFactory&socketFactoryArg=main
 * }</pre>
 *
 * <p>Its sockets behave as those of TCP: reads and writes block, time-outs hold, and another thread may close them.
 * Some 128 kB wait in each direction. Host, port and options of TCP are accepted and change nothing. A socket that
 * connects while no such proxy runs fails with {@link java.net.ConnectException}. Not to be used on an event loop of
 * that proxy, for it would wait for itself. Thread-safe.
 */
public final class ProxySocketFactory extends SocketFactory {
    private final InProcessSocketFactory sockets;

    /**
     * A factory for one proxy, which need not run yet.
     *
     * @param name given to {@link io.pgproxy.core.ProxyServerBuilder#inProcess}
     */
    public ProxySocketFactory(String name) {
        sockets = new InProcessSocketFactory(() -> InProcessNames.find(name));
    }

    @Override
    public Socket createSocket() throws IOException {
        return sockets.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return sockets.createSocket(host, port);
    }
}
