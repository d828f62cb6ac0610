/** The proxy: listeners, sessions, upstreams. A host begins at {@code ProxyServer.builder()}. */
module io.pgproxy.core {
    requires transitive io.pgproxy.protocol;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.common;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports io.pgproxy.core;
}
