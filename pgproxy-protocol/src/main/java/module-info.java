/** The PostgreSQL wire protocol 3.0 and 3.2 for both sides of a connection; usable without the rest of pgproxy. */
module io.pgproxy.protocol {
    requires transitive io.netty.buffer;
    requires transitive io.netty.codec;
    requires transitive io.netty.transport;
    requires io.netty.common;
    requires static transitive org.jspecify;

    exports io.pgproxy.protocol;
    exports io.pgproxy.protocol.frame;
    exports io.pgproxy.protocol.message.backend;
    exports io.pgproxy.protocol.message.frontend;
    exports io.pgproxy.protocol.netty;
    exports io.pgproxy.protocol.server;
    exports io.pgproxy.protocol.startup;
}
