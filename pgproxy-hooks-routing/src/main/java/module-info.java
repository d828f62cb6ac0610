/** Sends reads to replicas, and all else to the writer. */
module io.pgproxy.hooks.routing {
    requires transitive io.pgproxy.core;
    requires transitive io.pgproxy.sql;
    requires transitive io.pgproxy.protocol;
    requires io.netty.buffer;
    requires io.netty.transport;
    requires java.sql;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports io.pgproxy.routing;
}
