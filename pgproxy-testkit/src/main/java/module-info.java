/** What tests of a proxy or of its hooks need: a real PostgreSQL, scripted peers, leak checks. */
module io.pgproxy.testkit {
    requires transitive io.pgproxy.protocol;
    requires transitive org.junit.jupiter.api;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports io.pgproxy.testkit;
}
