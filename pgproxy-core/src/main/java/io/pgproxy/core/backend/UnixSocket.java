package io.pgproxy.core.backend;

import java.net.UnixDomainSocketAddress;

/** A server's socket in a directory, by the name that libpq and the server make of its port (UNIXSOCK_PATH). */
final class UnixSocket {
    private UnixSocket() {}

    static UnixDomainSocketAddress address(String directory, int port) {
        return UnixDomainSocketAddress.of(directory + "/.s.PGSQL." + port);
    }
}
