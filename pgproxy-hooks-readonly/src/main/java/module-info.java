/** Lets reads alone pass. */
module io.pgproxy.hooks.readonly {
    requires transitive io.pgproxy.core;
    requires transitive io.pgproxy.sql;
    requires io.pgproxy.protocol;
    requires org.slf4j;
    requires static transitive org.jspecify;
    requires com.github.benmanes.caffeine;

    exports io.pgproxy.cache;
    exports io.pgproxy.readonly;
}
