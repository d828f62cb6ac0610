package io.pgproxy.core.internal.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * Listens on a Unix domain socket.
 *
 * @param path of the socket file, absolute
 * @param permissions of the file: who may write to it may connect
 */
public record UnixListener(Path path, Set<PosixFilePermission> permissions) implements Listener {
    @Override
    public OpenListener open(Acceptor acceptor) throws IOException {
        SocketFile file = SocketFile.prepare(path);
        Channel channel;
        try {
            channel = Acceptor.bind(
                    acceptor.bootstrap(NioServerDomainSocketChannel.class).option(ChannelOption.SO_BACKLOG, 1_024),
                    UnixDomainSocketAddress.of(file.hidden()),
                    path.toString());
        } catch (IOException e) {
            file.discard();
            throw e;
        }
        try {
            file.show(permissions);
        } catch (IOException e) {
            channel.close().awaitUninterruptibly();
            file.discard();
            throw e;
        }
        return new OpenSocket(channel, file);
    }

    private record OpenSocket(Channel channel, SocketFile file) implements OpenListener {
        @Override
        public Path where() {
            return file.path();
        }

        @Override
        public void close() {
            file.remove(); // first: a client should not find what is about to close
            channel.close().awaitUninterruptibly();
        }
    }
}
