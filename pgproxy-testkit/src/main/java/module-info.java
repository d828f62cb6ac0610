/** What tests of a proxy or of its hooks need: a real PostgreSQL, scripted peers, leak checks. */
module io.pgproxy.testkit {
    requires transitive java.sql;
    requires org.postgresql.jdbc;
    requires org.slf4j;
    requires org.tukaani.xz;
    requires static io.netty.buffer;
    requires static transitive io.netty.common;
    requires static transitive org.junit.jupiter.api;
    requires static testcontainers;
    requires static com.github.dockerjava.api;
    requires static transitive org.jspecify;

    exports io.pgproxy.testkit.junit;
    exports io.pgproxy.testkit.leak;
    exports io.pgproxy.testkit.peer;
    exports io.pgproxy.testkit.postgres;
}
