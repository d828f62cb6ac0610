/** The proxy: listeners, sessions, upstreams. A host begins at {@code ProxyServer.builder()}. */
module io.pgproxy.core {
    requires transitive io.pgproxy.protocol;
    requires transitive io.pgproxy.sql;
    requires transitive io.netty.transport;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires com.ongres.scram.client;
    requires com.ongres.scram.common;
    requires com.ongres.saslprep;
    requires com.ongres.stringprep;
    requires java.naming;
    requires transitive java.sql;
    requires org.slf4j;
    requires jdk.jfr;
    requires static org.bouncycastle.provider;
    requires static micrometer.core;
    requires static micrometer.observation;
    requires static micrometer.commons;
    requires static transitive org.jspecify;

    exports io.pgproxy.audit;
    exports io.pgproxy.auth;
    exports io.pgproxy.core.backend;
    exports io.pgproxy.core.memory;
    exports io.pgproxy.core;
    exports io.pgproxy.fanout;
    exports io.pgproxy.flight;
    exports io.pgproxy.hook.ready;
    exports io.pgproxy.hook;
    exports io.pgproxy.metrics;
    exports io.pgproxy.observation;
    exports io.pgproxy.pool;
    exports io.pgproxy.tls;
}
